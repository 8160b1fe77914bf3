//! cmd.exe and PowerShell.

use super::*;

#[test]
fn carets_continue_lines_in_the_command_prompt() {
    let input = "curl -X POST \"https://x.y/a\" ^\r\n  -H \"Content-Type: application/json\" ^\r\n  -d \"{\\\"prompt\\\":\\\"a \\\\\\\"b\\\\\\\"\\\",\\\"n\\\":1}\"";
    let request = one(input);
    assert_eq!(body(&request), json!({"prompt": "a \"b\"", "n": 1}));
    assert_eq!(header(&request, "content-type"), "application/json");
}

#[test]
fn doubled_quotes_are_quotes_in_the_command_prompt() {
    let request = one("curl https://x.y/a ^\n -d \"{\"\"prompt\"\":\"\"a cat\"\"}\"");
    assert_eq!(body(&request), json!({"prompt": "a cat"}));
}

#[test]
fn what_chrome_copies_for_the_command_prompt_is_read() {
    let input =
        "curl ^\"https://x.y/a?b=1^&c=2^\" ^\n  -H ^\"accept: */*^\" ^\n  --data-raw ^\"^{^\\^\"prompt^\\^\":^\\^\"a cat^\\^\"^}^\"";
    let request = one(input);
    assert_eq!(url(&request), "https://x.y/a?b=1&c=2");
    assert_eq!(body(&request), json!({"prompt": "a cat"}));
    assert_eq!(header(&request, "accept"), "*/*");
}

#[test]
fn single_quotes_in_the_command_prompt_are_reported() {
    let request = one("curl https://x.y/a ^\n -d '{\"prompt\":\"a cat\"}'");
    assert_eq!(body(&request), json!({"prompt": "a cat"}));
    assert!(says(&request, &What::QuotesOfOtherShell));
}

#[test]
fn variables_of_the_command_prompt_are_not_evaluated() {
    let request = one("curl https://x.y/a ^\n -H \"Authorization: Bearer %TOKEN%\"");
    assert_eq!(header(&request, "Authorization"), "Bearer <unknown: variable TOKEN>");
}

#[test]
fn back_ticks_continue_lines_in_powershell() {
    let request =
        one("curl.exe -X POST https://x.y/a `\n  -H \"Authorization: Bearer $env:TOKEN\" `\n  -d '{\\\"prompt\\\":\\\"it''s\\\"}'");
    assert_eq!(body(&request), json!({"prompt": "it's"}));
    assert_eq!(header(&request, "Authorization"), "Bearer <unknown: variable env:TOKEN>");
}

#[test]
fn a_here_string_is_a_body() {
    let request = one("curl.exe https://x.y/a -d @'\n{\"prompt\": \"a\"}\n'@");
    assert_eq!(body(&request), json!({"prompt": "a"}));
}

#[test]
fn invoke_rest_method_with_a_here_string_is_read() {
    let input = "Invoke-RestMethod -Uri 'https://x.y/a' -Method Post -Headers @{ Authorization = \"Bearer $token\"; 'Content-Type' = 'application/json' } -Body @'\n{\"prompt\": \"a cat\", \"n\": 5}\n'@";
    let request = one(input);
    assert_eq!((request.method.as_deref(), url(&request)), (Some("POST"), "https://x.y/a"));
    assert_eq!(header(&request, "Authorization"), "Bearer <unknown: variable token>");
    assert_eq!(body(&request), json!({"prompt": "a cat", "n": 5}));
    assert_eq!(text_at(input, &request, "/n"), "5");
}

#[test]
fn hash_tables_made_into_json_are_resolved() {
    let input = "$headers = @{\n  \"Authorization\" = \"Bearer abc\"\n}\n$body = @{\n  model_name = 'kling-v1'\n  duration = '5'\n  sound = $true\n  list = @(1, 2)\n  camera_control = @{ type = 'simple' }\n} | ConvertTo-Json -Depth 5\n\nInvoke-RestMethod -Uri https://x.y/v1/a -Method POST -Headers $headers -Body $body -ContentType 'application/json'";
    let request = one(input);
    assert_eq!(url(&request), "https://x.y/v1/a");
    assert_eq!(
        body(&request),
        json!({"model_name": "kling-v1", "duration": "5", "sound": true, "list": [1, 2], "camera_control": {"type": "simple"}})
    );
    assert_eq!((header(&request, "Authorization"), header(&request, "Content-Type")), ("Bearer abc", "application/json"));
}

#[test]
fn a_hash_table_as_body_is_a_form() {
    let request = one("irm https://x.y/a -Method Post -Body @{ a = 1 }");
    assert!(says(&request, &What::BodyIsForm));
    assert_eq!(header(&request, "Content-Type"), "application/x-www-form-urlencoded");
}

#[test]
fn splatted_parameters_are_resolved() {
    let request = one("$p = @{\n Uri = 'https://x.y/a'\n Method = 'Post'\n Body = (@{ a = 1 } | ConvertTo-Json)\n}\nInvoke-WebRequest @p");
    assert_eq!((url(&request), request.method.as_deref(), body(&request)), ("https://x.y/a", Some("POST"), json!({"a": 1})));
}
