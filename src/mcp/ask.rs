//! Asking a person before money is spent: one function for both eras of the protocol.
//!
//! The stateless era cannot ask in the middle of a call: the call ends with the question and a sealed state, and the client makes
//! it again with the reply. The seal binds the reply to the principal, the arguments, the price and the account; that a
//! reply serves once is the ledger's business.

use std::time::Duration;

use rmcp::elicit_safe;
use rmcp::model::{
    ElicitRequest, ElicitRequestParams, ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, InputResponses,
    ProgressNotificationParam, ProtocolVersion, RequestStateCodec, SealOptions,
};
use rmcp::service::{RequestContext, RoleServer};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::trial::{Host, Question, Reply, Soon};

/// Name of the question in a round trip.
const QUESTION: &str = "confirm";
/// How long a reply is good for.
const GOOD_FOR: Duration = Duration::from_secs(300);
/// How long the `initialize` era waits for a reply inside the call.
const PATIENCE: Duration = Duration::from_secs(40);

/// The form that a person sees.
#[derive(Debug, Deserialize, JsonSchema)]
struct Approval {
    /// Spend it
    approve: bool,
}

elicit_safe!(Approval);

/// A codec with a key of this process; none when the system has no random numbers, and then nobody is asked.
pub(super) fn codec() -> Option<RequestStateCodec> {
    use rand::TryRng as _;
    let mut key = vec![0; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut key).ok()?;
    RequestStateCodec::try_new(key).ok()
}

/// The client of one call, and through it a person.
pub(super) struct Person<'a> {
    pub(super) context: &'a RequestContext<RoleServer>,
    pub(super) codec: Option<&'a RequestStateCodec>,
    /// What came back from a round trip.
    pub(super) state: Option<String>,
    pub(super) responses: Option<InputResponses>,
}

impl Person<'_> {
    /// Whether the client can show a form.
    fn can_ask(&self) -> bool {
        let elicitation = self.context.client_capabilities().and_then(|capabilities| capabilities.elicitation);
        elicitation.is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
    }

    fn modern(&self) -> bool {
        self.context.protocol_version().is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
    }

    /// The reply of a round trip; a state that does not belong to this question is asked again.
    fn returned(&self, question: &Question) -> Reply {
        let (Some(codec), Some(state)) = (self.codec, &self.state) else {
            return if self.codec.is_some() { Reply::Later } else { Reply::Unavailable };
        };
        if codec.open_with(state, question.binding.as_bytes()).is_err() {
            return Reply::Later;
        }
        let reply = self.responses.as_ref().and_then(|responses| responses.get(QUESTION));
        let word = |pointer: &str| reply.and_then(|reply| reply.pointer(pointer));
        let agreed = word("/action").and_then(Value::as_str) == Some("accept") && word("/content/approve") == Some(&Value::Bool(true));
        if agreed { Reply::Agreed } else { Reply::Declined }
    }

    async fn asked_now(&self, question: &Question) -> Reply {
        match self.context.peer.elicit_with_timeout::<Approval>(question.text.as_str(), Some(PATIENCE)).await {
            Ok(Some(Approval { approve: true })) => Reply::Agreed,
            _ => Reply::Declined,
        }
    }
}

impl Host for Person<'_> {
    fn ask<'a>(&'a self, question: &'a Question) -> Soon<'a, Reply> {
        Box::pin(async move {
            match (self.can_ask(), self.modern()) {
                (false, _) => Reply::Unavailable,
                (true, true) => self.returned(question),
                (true, false) => self.asked_now(question).await,
            }
        })
    }

    fn progress<'a>(&'a self, share: Option<f64>, text: &'a str) -> Soon<'a, ()> {
        Box::pin(async move {
            let Some(token) = self.context.meta.get_progress_token() else { return };
            let told = ProgressNotificationParam::new(token, share.unwrap_or_default()).with_total(1.0).with_message(text);
            // A client that has gone away is no reason to stop.
            let _ = self.context.peer.notify_progress(told).await;
        })
    }
}

/// The end of a call that waits for a reply.
pub(super) fn round_trip(codec: &RequestStateCodec, question: &Question) -> Result<InputRequiredResult, String> {
    let schema = ElicitationSchema::from_type::<Approval>().map_err(|error| format!("make the form: {error}"))?;
    let params = ElicitRequestParams::FormElicitationParams { meta: None, message: question.text.clone(), requested_schema: schema };
    let options = SealOptions::new().associated_data(question.binding.as_bytes()).ttl(GOOD_FOR);
    let sealed = codec.seal_with(QUESTION.as_bytes(), &options);
    let requests = InputRequests::from([(QUESTION.to_owned(), InputRequest::Elicitation(ElicitRequest::new(params)))]);
    Ok(InputRequiredResult::new(Some(requests), Some(sealed)))
}
