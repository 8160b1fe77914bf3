//! The exported JSON Schemas of request bodies, held by another validator.

use klingai_mcp::knowledge::requests::json_schema;
use klingai_mcp::knowledge::{Knowledge, RequestKnowledge};
use serde_json::{Value, json};

use crate::samples;

#[test]
fn the_smallest_request_of_every_endpoint_meets_its_schema() {
    let (knowledge, requests) = (Knowledge::load().unwrap(), RequestKnowledge::load().unwrap());
    let mut faults = Vec::new();
    for sample in samples::samples(&knowledge, &requests) {
        let Some(schema) = json_schema::of_body(sample.fields) else { continue };
        let validator = jsonschema::validator_for(&schema).unwrap();
        faults
            .extend(validator.iter_errors(&sample.body()).map(|error| format!("{}{}: {error}", sample.endpoint.id, error.instance_path())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_schema_is_one() {
    let requests = RequestKnowledge::load().unwrap();
    let schemas: Vec<Value> = requests.fields.values().filter_map(json_schema::of_body).collect();
    assert!(schemas.len() > 40, "{}", schemas.len());
    for schema in schemas {
        assert!(jsonschema::meta::is_valid(&schema), "{}", schema["$id"]);
    }
}

#[test]
fn a_schema_refuses_what_the_server_would_drop_or_refuse() {
    let requests = RequestKnowledge::load().unwrap();
    let schema = json_schema::of_body(requests.endpoint("new.t2v.3.0").unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&json!({"prompt": "a fox", "settings": {"duration": 5}})));
    for wrong in [json!({}), json!({"prompt": "a fox", "duration": 5}), json!({"prompt": "a fox", "settings": {"duration": "5"}})] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}
