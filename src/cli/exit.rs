//! Exit codes; they are public API.

/// How a verb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The question was answered.
    Answered = 0,
    /// A check failed.
    CheckFailed = 1,
    /// The arguments or the input cannot be used.
    Usage = 2,
    /// The cause is not decided; the next check says what would decide it.
    Undecided = 3,
    /// The paste is another service's failure.
    NotKling = 4,
    /// A fault of this program.
    Internal = 70,
}
