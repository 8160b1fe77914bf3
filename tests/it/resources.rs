//! Resources, completion, prompts and the skill as a client of each era sees them.

use std::collections::BTreeSet;

use rmcp::model::{
    ArgumentInfo, CompleteRequestParams, CompletionContext, ErrorCode, GetPromptRequestParams, GetSkillRequestParams,
    ReadResourceDirectoryRequestParams, ReadResourceRequestParams, Reference, ResourceContents,
};
use rmcp::service::ServiceError;
use serde_json::{Value, json};

use crate::common::{engine, repository};
use crate::server::{Client, call, client, modern};

/// Media type and text of a resource.
async fn read(client: &Client, address: &str) -> Result<(String, String), ServiceError> {
    let result = client.read_resource(ReadResourceRequestParams::new(address)).await?;
    let [ResourceContents::TextResourceContents { uri, mime_type, text, .. }] = result.contents.as_slice() else { panic!("one text") };
    assert_eq!(uri, address);
    Ok((mime_type.clone().unwrap(), text.clone()))
}

async fn refusal(client: &Client, address: &str) -> rmcp::ErrorData {
    let ServiceError::McpError(error) = read(client, address).await.unwrap_err() else { panic!("no answer of the server") };
    error
}

/// All `kling://` addresses of a text, templates left out.
fn addresses(text: &str) -> BTreeSet<String> {
    let parts = text.split("kling://").skip(1);
    let address = |part: &str| part.split([')', '`', ' ', '"', '\n', '\\', ',']).next().unwrap().trim_end_matches('.').to_owned();
    parts.map(address).filter(|rest| !rest.contains('{') && rest != "..").map(|rest| format!("kling://{rest}")).collect()
}

#[tokio::test]
async fn every_address_that_can_be_followed_from_the_list_can_be_read() {
    let client = client().await;
    let mut open: Vec<String> = client.list_all_resources().await.unwrap().into_iter().map(|row| row.uri).collect();
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    while let Some(address) = open.pop() {
        let (_, text) = read(&client, &address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
        assert!(!text.trim().is_empty(), "{address}");
        open.extend(addresses(&text).into_iter().filter(|found| seen.insert(found.clone())));
    }
    let k = &engine().knowledge;
    let pages = k.causes.len() + k.codes.len() + k.http.len() + k.messages.len() + k.gateways.len() + k.myths.len() + k.rules.len();
    assert!(seen.len() > pages + 200, "{} addresses, {pages} pages", seen.len());
}

#[tokio::test]
async fn every_link_that_an_answer_gives_can_be_read() {
    let client = client().await;
    let mut links = BTreeSet::new();
    for file in ["tests/corpus/pastes-a.jsonl", "tests/corpus/pastes-b.jsonl"] {
        for line in std::fs::read_to_string(repository(file)).unwrap().lines().step_by(4) {
            let case: Value = serde_json::from_str(line).unwrap();
            let arguments = json!({"report": case["paste"], "detail": "full"});
            let answer = call(&client, "diagnose_error", arguments).await.unwrap();
            links.extend(addresses(&answer.structured_content.unwrap_or_default().to_string()));
        }
    }
    let verdicts = [
        json!({"endpoint": "/v1/videos/text2video", "body": {"model_name": "kling-v1", "prompt": "a", "duration": 5, "colour": "red"}}),
        json!({"endpoint": "/text-to-video/kling-3.0", "body": {"prompt": "a fox", "mode": "pro", "image_url": "x"}}),
        json!({"endpoint": "https://api.klingai.com/text-to-video/kling-2.6", "body": {"settings": {"resolution": "4k"}}}),
        json!({"endpoint": "/nowhere", "method": "GET", "headers": {"Authorization": "abc"}}),
        json!({"endpoint": "/v1/videos/image2video", "body": {"model_name": "gen-4", "image": "a.png", "cfg_scale": 7}}),
    ];
    for arguments in verdicts {
        let answer = call(&client, "validate_request", arguments).await.unwrap();
        links.extend(addresses(&answer.structured_content.unwrap().to_string()));
    }
    for page in &engine().knowledge.rules {
        links.insert(format!("kling://rules/{}", page.head.id));
    }
    assert!(links.len() > engine().knowledge.rules.len() + 30, "{} links", links.len());
    for address in links {
        read(&client, &address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }
}

#[tokio::test]
async fn pages_are_markdown_schemas_are_schemas_and_code_is_code() {
    let client = client().await;
    let rows = [
        ("kling://codes/1303", "text/markdown", "# 1303"),
        ("kling://codes/", "text/markdown", "kling://codes/1303"),
        ("kling://endpoints/%2Fv1%2Fvideos%2Ftext2video", "text/markdown", "legacy.text2video"),
        ("kling://schemas/new.t2v.3.0", "application/schema+json", "\"$id\": \"kling://schemas/new.t2v.3.0\""),
        ("kling://patterns/python/auth", "text/x-python", "import"),
        ("skill://kling-troubleshooting/SKILL.md", "text/markdown", "diagnose_error"),
        ("skill://kling-troubleshooting/references/causes.md", "text/markdown", "kling://causes/quota.concurrency"),
    ];
    for (address, mime, word) in rows {
        let (kind, text) = read(&client, address).await.unwrap();
        assert_eq!(kind, mime, "{address}");
        assert!(text.contains(word), "{address}: {text}");
    }
}

#[tokio::test]
async fn an_unknown_address_is_named_with_near_ones_in_the_code_of_the_era() {
    let (old, new) = (client().await, modern().await);
    let rows = [
        ("kling://causes/quota", "kling://causes/quota.concurrency"),
        ("kling://codes/1333", "kling://codes"),
        ("kling://nothing/1", "kling://codes"),
        ("https://kling.ai/", "kling://error-codes"),
        ("skill://kling-troubleshooting/../SKILL.md", "kling://codes"),
        ("kling://codes/1303/more", "kling://codes"),
    ];
    for (address, near) in rows {
        for (client, code) in [(&old, ErrorCode::RESOURCE_NOT_FOUND), (&new, ErrorCode::INVALID_PARAMS)] {
            let error = refusal(client, address).await;
            assert_eq!((error.code, error.data), (code, Some(json!({"uri": address}))), "{address}");
            assert!(error.message.contains(address) && error.message.contains(near), "{}", error.message);
        }
    }
    let long = format!("kling://codes/{}\u{1b}[31m", "9".repeat(100_000));
    assert!(refusal(&old, &long).await.message.len() < 2_000);
}

#[tokio::test]
async fn what_is_compiled_in_may_be_kept_for_an_hour_by_everybody() {
    let client = modern().await;
    let skill = "skill://kling-troubleshooting/SKILL.md";
    let answers = [
        serde_json::to_value(client.list_resources(None).await.unwrap()),
        serde_json::to_value(client.list_resource_templates(None).await.unwrap()),
        serde_json::to_value(client.list_prompts(None).await.unwrap()),
        serde_json::to_value(client.read_resource(ReadResourceRequestParams::new("kling://codes")).await.unwrap()),
        serde_json::to_value(client.list_skills(None).await.unwrap()),
        serde_json::to_value(client.get_skill(GetSkillRequestParams::new(skill)).await.unwrap()),
    ];
    for answer in answers {
        let answer = answer.unwrap();
        assert_eq!((&answer["ttlMs"], &answer["cacheScope"]), (&json!(3_600_000), &json!("public")), "{answer}");
    }
}

#[tokio::test]
async fn both_eras_read_the_same_bytes() {
    let (old, new) = (client().await, modern().await);
    for address in ["kling://causes", "kling://prices", "kling://models/kling-v2-6"] {
        assert_eq!(read(&old, address).await.unwrap(), read(&new, address).await.unwrap());
    }
}

async fn completed(of: Reference, argument: &str, typed: &str) -> Vec<String> {
    let request = CompleteRequestParams::new(of, ArgumentInfo::new(argument, typed));
    client().await.complete(request).await.unwrap().completion.values
}

#[tokio::test]
async fn template_variables_are_completed_by_beginning_then_by_part() {
    let template = |text: &str| Reference::for_resource(text);
    assert_eq!(completed(template("kling://codes/{code}"), "code", "130").await, ["1300", "1301", "1302", "1303", "1304"]);
    let causes = completed(template("kling://causes/{cause}"), "cause", "QUOTA").await;
    assert!(causes.starts_with(&["quota.concurrency".to_owned()]), "{causes:?}");
    let parts = completed(template("kling://causes/{cause}"), "cause", "expired").await;
    assert!(parts.contains(&"auth.token_expired".to_owned()), "{parts:?}");
    assert!(completed(template("kling://models/{model}"), "model", "kling-v3").await.contains(&"kling-v3-omni".to_owned()));
    assert!(completed(template("kling://schemas/{endpoint}"), "endpoint", "new.").await.iter().all(|id| id.starts_with("new.")));
    assert_eq!(
        completed(template("kling://patterns/{language}/{pattern}"), "language", "").await,
        ["go", "java", "python", "rust", "shell", "typescript"]
    );
}

#[tokio::test]
async fn a_variable_that_was_chosen_before_narrows_the_next() {
    let reference = Reference::for_resource("kling://patterns/{language}/{pattern}");
    let chosen = [("language".to_owned(), "python".to_owned())].into_iter().collect();
    let request =
        CompleteRequestParams::new(reference, ArgumentInfo::new("pattern", "p")).with_context(CompletionContext::with_arguments(chosen));
    assert_eq!(client().await.complete(request).await.unwrap().completion.values, ["poll", "envelope"].map(str::to_owned));
}

#[tokio::test]
async fn prompt_arguments_are_completed_and_unknown_references_offer_nothing() {
    let prompt = |name: &str| Reference::for_prompt(name);
    assert_eq!(completed(prompt("kling_ai_error"), "code", "5").await.first().map(String::as_str), Some("5000"));
    assert!(completed(prompt("kling_ai_error"), "endpoint", "text2video").await.contains(&"/v1/videos/text2video".to_owned()));
    assert_eq!(completed(prompt("klingai_failed"), "task_state", "succ").await, ["succeed", "succeeded"]);
    for (reference, argument) in [
        (prompt("kling_ai_error"), "paste"),
        (prompt("kling_ai_error"), "nothing"),
        (prompt("foreign_prompt"), "code"),
        (Reference::for_resource("file:///{path}"), "path"),
        (Reference::for_resource("kling://codes/{code}"), "other"),
    ] {
        assert_eq!(completed(reference, argument, "").await, [""; 0]);
    }
}

#[tokio::test]
async fn a_long_completion_says_how_many_there_are() {
    let request = CompleteRequestParams::new(Reference::for_resource("kling://rules/{rule}"), ArgumentInfo::new("rule", ""));
    let info = client().await.complete(request).await.unwrap().completion;
    assert_eq!(info.values.len(), 100);
    assert_eq!((info.total, info.has_more), (u32::try_from(engine().knowledge.rules.len()).ok(), Some(true)));
}

#[tokio::test]
async fn every_prompt_is_the_one_that_was_reviewed() {
    let client = client().await;
    for prompt in client.list_all_prompts().await.unwrap() {
        for (case, paste) in [("bare", None), ("paste", Some("HTTP/1.1 429\n{\"code\":1303}"))] {
            let mut request = GetPromptRequestParams::new(prompt.name.as_str());
            if let Some(paste) = paste {
                request = request.with_arguments(json!({"paste": paste}).as_object().unwrap().clone());
            }
            let result = client.get_prompt(request).await.unwrap();
            let text: String =
                result.messages.iter().filter_map(|message| message.content.as_text()).map(|part| part.text.as_str()).collect();
            insta::assert_snapshot!(format!("{}_{case}", prompt.name), text);
        }
    }
}

#[tokio::test]
async fn the_skill_and_its_files_are_what_the_manifest_says() {
    let client = client().await;
    let skills = client.list_all_skills().await.unwrap();
    let [skill] = skills.as_slice() else { panic!("{} skills", skills.len()) };
    skill.validate().unwrap();
    let rmcp::model::SkillResources::Files(files) = &skill.resources else { panic!("no files") };
    for file in files {
        let (_, text) = read(&client, &file.uri).await.unwrap();
        file.verify(text.as_bytes()).unwrap();
    }
    let mut listed = BTreeSet::new();
    for folder in ["skill://kling-troubleshooting", "skill://kling-troubleshooting/references/"] {
        let children = client.read_resource_directory(ReadResourceDirectoryRequestParams::new(folder)).await.unwrap().resources;
        listed.extend(children.into_iter().filter(|child| !child.is_directory()).map(|child| child.uri));
    }
    assert_eq!(listed, files.iter().map(|file| file.uri.clone()).collect());
    for folder in ["skill://other", "kling://codes", "skill://kling-troubleshooting/SKILL.md"] {
        let error = client.read_resource_directory(ReadResourceDirectoryRequestParams::new(folder)).await.unwrap_err();
        assert!(error.to_string().contains(folder), "{error}");
    }
    let error = client.get_skill(GetSkillRequestParams::new("skill://other/SKILL.md")).await.unwrap_err();
    assert!(error.to_string().contains(&skill.uri), "{error}");
}

#[tokio::test]
#[expect(deprecated, reason = "the legacy era still has the method")]
async fn a_log_level_is_accepted_in_the_legacy_era_and_unknown_in_the_stateless_one() {
    let level = rmcp::model::SetLevelRequestParams::new(rmcp::model::LoggingLevel::Debug);
    client().await.set_level(level.clone()).await.unwrap();
    let ServiceError::McpError(error) = modern().await.set_level(level).await.unwrap_err() else { panic!("no answer of the server") };
    assert_eq!(error.code, ErrorCode::METHOD_NOT_FOUND);
}
