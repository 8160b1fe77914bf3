//! The person and the client on the other side of a test, as far as it needs them.

use std::pin::Pin;

/// What a person is asked before money is spent. Every word of it is ours or a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whole question, with model, price, what is left of the cap, and the account.
    pub text: String,
    /// Id of the quote that the answer is about.
    pub quote: String,
    /// What the answer is bound to: the quote's terms.
    pub binding: String,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// A person agreed.
    Agreed,
    /// A person declined, or the client did so without asking.
    Declined,
    /// The client cannot ask.
    Unavailable,
    /// The client asks after this answer and calls again.
    Later,
}

/// What a host does, in its time.
pub type Soon<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where questions and progress go.
pub trait Host: Sync {
    /// Asks whether money may be spent.
    fn ask<'a>(&'a self, question: &'a Question) -> Soon<'a, Reply>;

    /// Tells how far a task is, from 0 to 1; `None` where that cannot be known.
    fn progress<'a>(&'a self, share: Option<f64>, text: &'a str) -> Soon<'a, ()>;
}

/// Nobody is there.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Host for Nobody {
    fn ask<'a>(&'a self, _: &'a Question) -> Soon<'a, Reply> {
        Box::pin(async { Reply::Unavailable })
    }

    fn progress<'a>(&'a self, _: Option<f64>, _: &'a str) -> Soon<'a, ()> {
        Box::pin(async {})
    }
}
