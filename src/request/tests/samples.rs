//! Pastes that are cut everywhere by the tests of totality.

pub(super) const SAMPLES: &[&str] = &[
    "curl -X POST https://x.y/v1/é \\\n -H \"A: $(b `c`) ${D}\" -d '{\"a\": [1, \"é\\n\", null], \"b\": {\"c\": -1.5e3}}' --next -F a=@b <<EOF\nx\nEOF",
    "curl https://x.y -d $'{\"a\\x41\\u00e9': \\'1\\'}' -d \"$(cat <<X\n{\"a\": $B}\nX\n)\" <(ls) 2>&1 | jq",
    "curl ^\"https://x.y/é^\" ^\r\n -H \"A: %B%\" -d \"{\"\"a\"\": \\\"b\\\\\\\"\"\"}\" 'c' & dir",
    "curl.exe https://x.y `\n -d @'\n{\"a\": \"é\"}\n'@ -H \"a`\"b $env:C\" '{\\\"a\\\"}'",
    "$b = @{ 'é' = @(1, $true); x = \"a $y ``\"\n z = @\"\n{\"a\": $(b)}\n\"@ } | ConvertTo-Json\nInvoke-RestMethod -Uri https://x.y/é -Headers @{A='b'} -Body $b @p -Switch",
    "POST /v1/é HTTP/1.1\r\nHost: x.y\r\n\r\n{\"a\": 'b', // c\n d: [True, None,], ...}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}",
    "> POST /v1/a\n```json\n{\"a\": \u{201c}b\u{201d}, 'c': <d>, \"e\": ${F}, \"g\": \"\\ud83d\\ude00\"}\n```",
    "{\"log\":{\"entries\":[{\"request\":{\"method\":\"POST\",\"url\":\"https://x.y/é\",\"headers\":[{\"name\":\"a\",\"value\":\"b\"}],\"postData\":{\"mimeType\":\"x\",\"text\":\"{\\\"a\\\":\\\"\\u00e9\\\\n\\\"}\"}}}]}}",
    "import requests\nB = 'é'\np: dict = {'a': f\"{B!r} {{x}} {c:.2f}\", \"b\": r'\\d', 'c': (1, 2,), **q}\np['d']['e'] = \"\"\"x\"\"\"\nwith httpx.Client(base_url=B) as c:\n  c.post(f'{B}/a', json=p, headers=h(), params={'n': 1})\nrequests.request('POST', B + '/v1', data=json.dumps(p).encode())",
    "const u: string = `https://x.y/${a ? `é${b}` : '}'}`;\nconst p = { a, 'b': -1, [c]: 2, d() {}, ...e, f: `x${g}` as const };\np.h = u!;\nawait axios.post<T>(u, p, { headers: { A: 'b' } });\nfetch(new Request(u, { method: 'post', body: JSON.stringify(p) }))",
];
