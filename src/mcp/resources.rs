//! Pages and tables as resources: indexes are listed, entries are reached by templates.

use rmcp::model::{
    ErrorData, ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource, ResourceContents, ResourceTemplate,
};
use serde_json::json;

use super::answers::{Cached as _, plain};
use super::skills;
use super::tools::suggest_retry_policy::SVG;
use crate::catalog::{Catalog, Format, Kind, links};
use crate::retry::chart::CHART;

/// The index of every kind.
pub(super) fn list() -> ListResourcesResult {
    let index = |kind: &Kind| {
        let about = if kind.template().is_some() { format!("Index. {}", kind.about()) } else { kind.about().to_owned() };
        Resource::new(links::index_uri(*kind), kind.word())
            .with_title(kind.title())
            .with_description(about)
            .with_mime_type(Format::Markdown.mime())
    };
    ListResourcesResult::with_all_items(Kind::ALL.iter().map(index).chain([chart()]).collect()).cached()
}

/// The chart of the usual workload.
fn chart() -> Resource {
    Resource::new(CHART, "charts").with_title("Simulation chart").with_description(CHART_ABOUT).with_mime_type(SVG)
}

const CHART_ABOUT: &str = "Retry policies simulated on the workload in the address: jobs done over time, creates, losses. SVG.";
const CHART_TEMPLATE: &str =
    "kling://charts/retry{?jobs,arrival_per_hour,slots,slots_per_job,job_seconds,model,deadline_s,max_attempts,seed}";

/// A picture as the answer of a read.
pub(super) fn picture(svg: String, address: &str) -> ReadResourceResult {
    ReadResourceResult::new(vec![ResourceContents::text(svg, address).with_mime_type(SVG)]).cached()
}

/// One template for each kind that has entries.
pub(super) fn templates() -> ListResourceTemplatesResult {
    let template = |kind: &Kind| {
        let row = ResourceTemplate::new(kind.template()?, kind.word()).with_title(kind.title()).with_description(kind.about());
        Some(match kind {
            Kind::Patterns => row,
            Kind::Schemas => row.with_mime_type(Format::JsonSchema.mime()),
            _ => row.with_mime_type(Format::Markdown.mime()),
        })
    };
    let charts =
        ResourceTemplate::new(CHART_TEMPLATE, "charts").with_title("Simulation chart").with_description(CHART_ABOUT).with_mime_type(SVG);
    ListResourceTemplatesResult::with_all_items(Kind::ALL.iter().filter_map(template).chain([charts]).collect()).cached()
}

/// The text that an address names.
///
/// # Errors
/// "Resource not found" in the code of the era, with the address and near ones.
pub(super) fn read(catalog: &Catalog<'_>, address: &str) -> Result<ReadResourceResult, ErrorData> {
    let skill = skills::file(catalog, address).map(|text| (text, Format::Markdown));
    let entry = || catalog.at(address).map(|entry| (entry.reader_view(), entry.format));
    let (text, format) = skill.or_else(entry).ok_or_else(|| unknown(catalog, address))?;
    let contents = ResourceContents::text(text, address).with_mime_type(format.mime());
    Ok(ReadResourceResult::new(vec![contents]).cached())
}

fn unknown(catalog: &Catalog<'_>, address: &str) -> ErrorData {
    let address = plain(address);
    let near: Vec<String> = match links::parse(&address) {
        Some((kind, Some(id))) => {
            let near = catalog.near(Some(kind), &id).into_iter().filter(|id| catalog.entry(kind, id).is_some());
            near.map(|id| links::uri(kind, &id)).chain([links::index_uri(kind)]).collect()
        }
        _ => Kind::ALL.iter().map(|kind| links::index_uri(*kind)).chain([CHART.to_owned()]).collect(),
    };
    let text = format!("no resource is called `{address}`; near it or above it: {}", near.join(", "));
    ErrorData::resource_not_found(text, Some(json!({"uri": address})))
}
