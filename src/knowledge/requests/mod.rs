//! What a request check needs beyond the diagnosis tables: fields of every endpoint, capabilities and prices.
//!
//! A diagnosis never asks for these, so [`Knowledge::load`](super::Knowledge::load) does not parse them.

mod capability;
pub(super) mod check;
mod fields;
pub mod json_schema;
mod prices;

use std::collections::BTreeMap;

pub use capability::{
    Capability, CountLimit, CountMatrix, DurationType, ImageRow, Limits, ModelFree, PixelSizes, Resolutions, Support, VideoRow,
};
pub use fields::{Carrier, DataPrefix, Effects, EndpointFields, Field, JsonType, Media, MediaInput, Required, Scalar, VoiceIds};
pub use prices::{Measurement, Pack, Per, Price, PriceRule, PriceStatus, Prices, UnitKind, UnitValue};

use super::LoadError;

/// The tables for request checks.
#[derive(Debug, Clone)]
pub struct RequestKnowledge {
    /// Fields by endpoint id.
    pub fields: BTreeMap<String, EndpointFields>,
    /// What each model can do.
    pub capability: Capability,
    /// What a call costs.
    pub prices: Prices,
}

impl RequestKnowledge {
    /// Parses the tables that were built into the program.
    ///
    /// # Errors
    /// Names every file that does not follow the form.
    pub fn load() -> Result<Self, LoadError> {
        super::load::requests(super::FILES)
    }

    /// The fields of an endpoint.
    pub fn endpoint(&self, id: &str) -> Option<&EndpointFields> {
        self.fields.get(id)
    }

    /// Rows on what a model can do on an endpoint: one for each mode, resolution or length that differs.
    pub fn video<'k>(&'k self, endpoint: &'k str, model: &'k str) -> impl Iterator<Item = &'k VideoRow> {
        self.capability.video.iter().filter(move |row| row.endpoint == endpoint && row.model == model)
    }

    /// The row on what an image model can do on an endpoint.
    pub fn image(&self, endpoint: &str, model: &str) -> Option<&ImageRow> {
        self.capability.image.iter().find(|row| row.endpoint == endpoint && row.model == model)
    }

    /// The count limits of an endpoint.
    pub fn counts(&self, endpoint: &str) -> Option<&CountMatrix> {
        self.capability.counts.iter().find(|matrix| matrix.endpoint == endpoint)
    }

    /// Prices that name a model.
    pub fn prices_of<'k>(&'k self, model: &'k str) -> impl Iterator<Item = &'k Price> {
        self.prices.prices.iter().filter(move |row| row.models.iter().any(|id| id == model))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    fn loaded() -> RequestKnowledge {
        RequestKnowledge::load().unwrap()
    }

    #[test]
    fn everything_loads_and_has_no_fault() {
        let knowledge = Knowledge::load().unwrap();
        let requests = loaded();
        let (faults, cited) = check::faults(&knowledge, &requests);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        assert!(cited.len() > 20, "{} sources cited", cited.len());
        assert_eq!(requests.fields.len(), knowledge.endpoints.len() + knowledge.unverified.len());
    }

    #[test]
    fn a_name_can_have_a_row_for_each_item_type() {
        let requests = loaded();
        let omni = requests.endpoint("new.omni.3.0").unwrap();
        let most = |kind| omni.of("contents[].url", Some(kind)).next().unwrap().media.as_ref().unwrap().max_mb;
        assert_eq!((most("first_frame"), most("base_video")), (Some(50.0), Some(200.0)));
        assert_eq!(omni.of("contents[].text", Some("element")).count(), 0);
        assert_eq!(omni.of("settings.duration", None).next().unwrap().types, [JsonType::Integer]);
    }

    #[test]
    fn a_condition_stands_beside_the_word_conditional() {
        let requests = loaded();
        let shots = requests.endpoint("legacy.omni-video").unwrap().of("multi_prompt", None).next().unwrap();
        assert_eq!(shots.required, Required::Conditional);
        assert_eq!(shots.required_when.as_deref(), Some("multi_shot is true and shot_type is customize"));
        assert_eq!((shots.min_items, shots.max_items), (Some(1), Some(6)));
    }

    #[test]
    fn an_empty_enum_is_not_a_missing_one() {
        let requests = loaded();
        let model = requests.endpoint("legacy.multi-image2video").unwrap().of("model_name", None).next().unwrap();
        assert_eq!(model.allowed.as_deref(), Some(&[][..]));
        assert_eq!(model.retired, [Scalar::Text("kling-v1-6".to_owned())]);
    }

    #[test]
    fn capability_and_prices_answer_by_model() {
        let requests = loaded();
        let pro = requests.video("legacy.image2video", "kling-v2-6").find(|row| row.mode.as_deref() == Some("pro")).unwrap();
        assert_eq!(pro.features.get("last_frame"), Some(&Support::Conditional));
        assert_eq!(pro.conditions.get("last_frame").map(String::as_str), Some("only with sound off"));
        assert!(requests.image("legacy.images.omni-image", "kling-v3-omni").is_some());
        assert_eq!(requests.counts("new.omni.3.0").unwrap().rows.len(), 7);
        let current = requests.prices_of("kling-3.0-turbo").filter(|row| row.status == PriceStatus::Current);
        assert_eq!(current.map(|row| row.units.unwrap()).collect::<Vec<_>>(), [0.8, 1.0]);
    }
}
