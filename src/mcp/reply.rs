//! Results of tool calls: everything in `structuredContent` and the same facts as short Markdown; failures as text.

use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;

/// A success.
pub(crate) fn success<T: Serialize>(value: &T, markdown: String) -> CallToolResult {
    match serde_json::to_value(value) {
        Ok(structured) => {
            let mut result = CallToolResult::success(vec![ContentBlock::text(markdown)]);
            result.structured_content = Some(structured);
            result
        }
        Err(error) => {
            failure(format!("the answer could not be written as JSON ({error}); this is a fault of klingai-mcp, please report it"))
        }
    }
}

/// A failure that the caller can repair; hosts hand on the text alone.
pub(crate) fn failure(text: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}
