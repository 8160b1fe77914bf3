//! What can be asked for: the kinds of pages and rows.

/// A kind of pages or rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The overview of all service codes, one page.
    ErrorCodes,
    /// Service codes.
    Codes,
    /// Causes of failures.
    Causes,
    /// Families of vendor texts.
    Messages,
    /// Answers without Kling's envelope.
    Http,
    /// Surfaces through which Kling is reached.
    Gateways,
    /// Rules of the request check.
    Rules,
    /// Wrong claims.
    Myths,
    /// Topics across pages.
    Guides,
    /// Official paths.
    Endpoints,
    /// Request bodies as JSON Schema, by endpoint.
    Schemas,
    /// Model ids.
    Models,
    /// List prices, by model or row.
    Prices,
    /// Where the facts come from.
    Sources,
    /// Code to copy, by language and task.
    Patterns,
}

/// What is said of a kind.
struct Facts {
    word: &'static str,
    template: Option<&'static str>,
    title: &'static str,
    about: &'static str,
}

impl Kind {
    /// All kinds, in the order in which they are listed to people.
    pub const ALL: &'static [Self] = &[
        Self::ErrorCodes,
        Self::Codes,
        Self::Causes,
        Self::Messages,
        Self::Http,
        Self::Gateways,
        Self::Rules,
        Self::Myths,
        Self::Guides,
        Self::Endpoints,
        Self::Schemas,
        Self::Models,
        Self::Prices,
        Self::Sources,
        Self::Patterns,
    ];

    /// Kinds whose entries are one Markdown file each, in a folder named after the kind.
    pub const PAGES: &'static [Self] =
        &[Self::Codes, Self::Causes, Self::Gateways, Self::Messages, Self::Http, Self::Rules, Self::Myths, Self::Guides];

    /// The kind that a word of an address names.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// The word that stands in addresses, such as `codes`.
    pub fn word(self) -> &'static str {
        self.facts().word
    }

    /// Address template of one entry; nothing where the kind is a single page.
    pub fn template(self) -> Option<&'static str> {
        self.facts().template
    }

    /// Short name for people.
    pub fn title(self) -> &'static str {
        self.facts().title
    }

    /// What an entry tells, in one sentence.
    pub fn about(self) -> &'static str {
        self.facts().about
    }

    fn facts(self) -> Facts {
        let (word, template, title, about) = match self {
            Self::ErrorCodes => {
                ("error-codes", None, "Kling API error codes", "Every code, status and verdict in one table, and how to handle them.")
            }
            Self::Codes => {
                ("codes", Some("kling://codes/{code}"), "Service codes", "What a service code means, what to do, may a task exist.")
            }
            Self::Causes => {
                ("causes", Some("kling://causes/{cause}"), "Causes", "A cause of failure: looks like, why, do this, do not, check.")
            }
            Self::Messages => {
                ("messages", Some("kling://messages/{message}"), "Vendor texts", "A family of texts that Kling sends, and their cause.")
            }
            Self::Http => {
                ("http", Some("kling://http/{page}"), "Answers without a code", "HTTP answers that arrive without Kling's envelope.")
            }
            Self::Gateways => {
                ("gateways", Some("kling://gateways/{gateway}"), "Gateways", "How a reseller, relay or wrapper changes Kling's errors.")
            }
            Self::Rules => ("rules", Some("kling://rules/{rule}"), "Rules", "A rule of the request check: wrong, right, why, do this."),
            Self::Myths => ("myths", Some("kling://myths/{myth}"), "Myths", "Advice that circulates and is wrong, and the truth."),
            Self::Guides => ("guides", Some("kling://guides/{guide}"), "Guides", "A topic across pages, such as auth, polling or cost."),
            Self::Endpoints => {
                ("endpoints", Some("kling://endpoints/{endpoint}"), "Endpoints", "An official path with its fields, limits and state.")
            }
            Self::Schemas => (
                "schemas",
                Some("kling://schemas/{endpoint}"),
                "Body schemas",
                "The body of an endpoint, a workload or a retry policy as JSON Schema 2020-12.",
            ),
            Self::Models => ("models", Some("kling://models/{model}"), "Models", "State, features and successors of a model id."),
            Self::Prices => ("prices", Some("kling://prices/{model}"), "Prices", "List prices of a model in units and USD, dated."),
            Self::Sources => ("sources", Some("kling://sources/{source}"), "Sources", "What a source key stands for, with date and grade."),
            Self::Patterns => (
                "patterns",
                Some("kling://patterns/{language}/{pattern}"),
                "Code patterns",
                "Handling code to copy; it is run by the tests.",
            ),
        };
        Facts { word, template, title, about }
    }
}
