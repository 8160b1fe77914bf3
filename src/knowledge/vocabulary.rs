//! The closed word lists that pages, answers and scores share.
//!
//! Every list is public API: a word is added, never renamed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of a language in `references/patterns`, for the names that people use, in lower case; another word stays.
pub fn language_name(word: &str) -> &str {
    match word {
        "py" => "python",
        "ts" | "javascript" | "js" | "node" => "typescript",
        "golang" => "go",
        "bash" | "sh" | "curl" => "shell",
        other => other,
    }
}

/// Declares a fieldless enum with its words, in the order in which they are listed to people.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[schemars(inline)]
        pub enum $name { $(#[doc = concat!("`", $word, "`")] $(#[$vmeta])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// All values in listing order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word as it stands in pages and answers.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value of a word, if it is one of the list.
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.word())
            }
        }
    };
}

words! {
    /// The caller's situation; every cause page belongs to one.
    Category {
        AuthMissing = "auth_missing",
        AuthMalformed = "auth_malformed",
        AuthExpired = "auth_expired",
        AuthNotYetValid = "auth_not_yet_valid",
        AuthBadCredentials = "auth_bad_credentials",
        WrongRegionOrDomain = "wrong_region_or_domain",
        PermissionDenied = "permission_denied",
        AccountException = "account_exception",
        BalanceDepleted = "balance_depleted",
        InvalidParameter = "invalid_parameter",
        UnsupportedModelFeature = "unsupported_model_feature",
        InvalidMedia = "invalid_media",
        EndpointNotFound = "endpoint_not_found",
        ResourceNotFound = "resource_not_found",
        ContentPolicy = "content_policy",
        RateLimited = "rate_limited",
        ConcurrencyLimited = "concurrency_limited",
        IpBlocked = "ip_blocked",
        ServerError = "server_error",
        ServerUnavailable = "server_unavailable",
        GatewayError = "gateway_error",
        NetworkTimeout = "network_timeout",
        DnsTlsConnection = "dns_tls_connection",
        TaskFailedGeneric = "task_failed_generic",
        TaskStuck = "task_stuck",
        ResultExpired = "result_expired",
        CallbackProblem = "callback_problem",
        ClientBug = "client_bug",
        BillingQuestion = "billing_question",
        Other = "other",
    }
}

words! {
    /// What to do with the call that failed.
    Retry {
        /// The same request may pass later.
        Retry = "retry",
        /// It may pass when a running task has ended.
        WaitForSlot = "wait_for_slot",
        /// Look for the task first; only then decide.
        Reconcile = "reconcile",
        /// The same request fails again until something is corrected.
        FixFirst = "fix_first",
        /// Repeating serves no purpose.
        Never = "never",
    }
}

words! {
    /// Whether a task may exist, and so may be billed.
    TaskState {
        NotCreated = "not_created",
        MayExist = "may_exist",
        Exists = "exists",
        Unknown = "unknown",
    }
}

words! {
    /// How a fact is known.
    Certainty {
        /// The vendor's own text.
        Documented = "documented",
        /// A recorded real call.
        Observed = "observed",
        /// Somebody says so.
        Reported = "reported",
        /// A conclusion or general knowledge.
        Inferred = "inferred",
    }
}

words! {
    /// What a signal is worth.
    Weight {
        /// Sufficient for "certain".
        Decisive = "decisive",
        /// Sufficient for "likely".
        Strong = "strong",
        /// A hint.
        Weak = "weak",
        /// Speaks against the cause.
        Against = "against",
        /// Rules the cause out.
        Veto = "veto",
    }
}

words! {
    /// The kind of call that proves a fix.
    Verify {
        /// The free probe of credentials, region and packs.
        Probe = "probe",
        /// The offline request check.
        Validate = "validate",
        /// The corrected call, its answer diagnosed again.
        Resend = "resend",
        /// A task query, its answer diagnosed.
        Poll = "poll",
        /// Nothing to call.
        None = "none",
    }
}

words! {
    /// Where a vendor text appears.
    Place {
        FailedTask = "failed_task",
        RefusedCreate = "refused_create",
        Query = "query",
        Gateway = "gateway",
    }
}
