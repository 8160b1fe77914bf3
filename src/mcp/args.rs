//! Tool arguments as models send them: numbers in quotes, mixed-case words, an object inside a string.

use rmcp::model::JsonObject;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::knowledge::language_name;

/// Parses arguments, or says which one is wrong, what is expected and an example.
///
/// # Errors
/// Text for the caller.
pub(crate) fn parse<T: DeserializeOwned>(tool: &str, mut given: JsonObject, example: &str) -> Result<T, String> {
    given.retain(|_, value| !value.is_null());
    serde_path_to_error::deserialize(Value::Object(given)).map_err(|error| {
        let path = error.path().to_string();
        let place = if path == "." { String::new() } else { format!(" argument `{path}`:") };
        format!("{tool}:{place} {}. Example: {example}", error.inner())
    })
}

/// The object of an `arguments` value that came as a JSON string.
///
/// # Errors
/// Text for the caller.
pub(crate) fn object(tool: &str, arguments: Value) -> Result<JsonObject, String> {
    match arguments {
        Value::Object(object) => Ok(object),
        Value::Null => Ok(JsonObject::new()),
        Value::String(text) => serde_json::from_str(&text).map_err(|_| format!("{tool}: `arguments` is a string that is no JSON object")),
        _ => Err(format!("{tool}: `arguments` must be a JSON object")),
    }
}

/// Deserialises a whole number that may stand in quotes.
pub(crate) fn number<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: TryFrom<i64>,
{
    use serde::Deserialize as _;
    use serde::de::Error as _;
    let value = Value::deserialize(deserializer)?;
    let whole = match &value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let fitting = whole.and_then(|whole| T::try_from(whole).ok());
    fitting.map(Some).ok_or_else(|| D::Error::custom("expected a whole number such as 429"))
}

/// Deserialises a number that may stand in quotes.
pub(crate) fn real<'de, D>(deserializer: D) -> Result<Option<f64>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    use serde::Deserialize as _;
    use serde::de::Error as _;
    let value = Value::deserialize(deserializer)?;
    let number = match &value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.map(Some).ok_or_else(|| D::Error::custom("expected a number such as 180"))
}

/// Deserialises one number or several, as a number, a list, or text with separators.
pub(crate) fn reals<'de, D>(deserializer: D) -> Result<Vec<f64>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    use serde::Deserialize as _;
    use serde::de::Error as _;
    let value = Value::deserialize(deserializer)?;
    let numbers = match &value {
        Value::Number(number) => number.as_f64().map(|number| vec![number]),
        Value::String(text) => crate::retry::times(text),
        Value::Array(items) => items.iter().map(Value::as_f64).collect(),
        _ => None,
    };
    numbers.ok_or_else(|| D::Error::custom("expected seconds such as 180, or observed times such as \"150, 170, 260\""))
}

/// Deserialises text, or a number as text.
pub(crate) fn text<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    use serde::Deserialize as _;
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

/// Deserialises a word of a closed list, whatever its case.
pub(crate) fn word<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: DeserializeOwned,
{
    use serde::Deserialize as _;
    let text = String::deserialize(deserializer)?;
    T::deserialize(Value::String(text.trim().to_ascii_lowercase())).map_err(serde::de::Error::custom)
}

/// Deserialises a language by any name that people use for it.
pub(crate) fn language<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: DeserializeOwned,
{
    use serde::Deserialize as _;
    let text = String::deserialize(deserializer)?.trim().to_ascii_lowercase();
    T::deserialize(Value::String(language_name(&text).to_owned())).map_err(serde::de::Error::custom)
}

/// Deserialises an object, or text that holds one.
pub(crate) fn object_or_text<'de, D>(deserializer: D) -> Result<Option<Value>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    use serde::Deserialize as _;
    use serde::de::Error as _;
    let value = Value::deserialize(deserializer)?;
    match value {
        Value::Object(_) | Value::String(_) => Ok(Some(value)),
        Value::Null => Ok(None),
        _ => Err(D::Error::custom("expected a JSON object")),
    }
}
