//! A paid call asks a person, in both eras of the protocol, through a real client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use klingai_mcp::mcp::Server;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction,
    ErrorData, Implementation, ProtocolVersion,
};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt as _, RequestContext, RoleClient};
use rmcp::{ClientHandler, ServiceExt as _};
use serde_json::{Value, json};

use crate::server::text;
use crate::trial::World;

/// A client whose person always gives the same reply, and counts the questions.
#[derive(Clone)]
struct Person {
    approve: bool,
    asked: Arc<AtomicUsize>,
}

impl ClientHandler for Person {
    fn get_info(&self) -> ClientConfig {
        ClientConfig::new(ClientCapabilities::builder().enable_elicitation().build(), Implementation::new("person", "0"))
    }

    async fn create_elicitation(&self, request: ElicitRequestParams, _: RequestContext<RoleClient>) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { message, .. } = request else { panic!("a form is asked for") };
        assert!(message.contains("1.5 units") && message.contains("today's cap"), "{message}");
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(ElicitResult::new(ElicitationAction::Accept).with_content(json!({"approve": self.approve})))
    }
}

/// A live call through a client of this era; the answer, and how often the person was asked.
async fn live(world: &World, modern: bool, approve: bool) -> (CallToolResult, usize) {
    let (near, far) = tokio::io::duplex(1 << 20);
    let operator = world.operator.clone();
    tokio::spawn(async move { Server::new(crate::common::clock, operator).serve(far).await.unwrap().waiting().await });
    let person = Person { approve, asked: Arc::default() };
    let asked = Arc::clone(&person.asked);
    let client = if modern {
        let lifecycle = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
        person.serve_with_lifecycle(near, lifecycle).await.unwrap()
    } else {
        person.serve(near).await.unwrap()
    };
    let Value::Object(arguments) = json!({"mode": "live", "wait_s": 8}) else { unreachable!() };
    let result = client.call_tool(CallToolRequestParams::new("test_generation").with_arguments(arguments)).await.unwrap();
    (result, asked.load(Ordering::SeqCst))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_agrees_gets_one_task_in_both_eras() {
    for modern in [false, true] {
        let world = World::of("").await;
        let (result, asked) = live(&world, modern, true).await;
        let answer = result.structured_content.clone().unwrap_or_else(|| panic!("{}", text(&result)));
        assert_eq!(
            (answer["outcome"].as_str(), asked, world.sandbox.counts().creates),
            (Some("ok"), 1, 1),
            "modern: {modern}, {}",
            text(&result)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_does_not_agree_pays_nothing_in_both_eras() {
    for modern in [false, true] {
        let world = World::of("").await;
        let (result, asked) = live(&world, modern, false).await;
        let answer = result.structured_content.clone().unwrap();
        assert_eq!((answer["outcome"].as_str(), asked, world.sandbox.counts().creates), (Some("refused"), 1, 0), "modern: {modern}");
    }
}
