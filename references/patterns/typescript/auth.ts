// The Authorization header for Kling, from an API key or from an AccessKey and a SecretKey.
// An API key works on every path; a JWT only on legacy /v1 and /account paths (elsewhere it is refused with 1002).
// Its times are seconds, and it is renewed 5 minutes before it ends: a token kept to its last second meets 1004.
// Server code only: a call from a browser shows the key to everybody.
import { createHmac } from "node:crypto";

const LIFETIME_S = 1800; // the vendor's sample value; no maximum is documented
const BACKDATE_S = 5; // `nbf` lies a little in the past, so that a clock slightly ahead does no harm
const RENEW_S = 300;

/** One `Bearer`, one space, the key. Read the key from the environment, not from source code. */
export function apiKeyHeader(apiKey: string | undefined): string {
  const key = (apiKey ?? "").trim(); // files and secrets often end with a line break
  if (key === "" || /[\s"']/.test(key)) {
    throw new Error("the API key is empty, stands in quotes, or already carries Bearer");
  }
  return `Bearer ${key}`;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Keeps one token and signs a new one in time. Ask `header()` before every call, polls included. */
export class JwtAuth {
  private token = "";
  private exp = 0;
  private readonly accessKey: string;
  private readonly secretKey: string;
  private readonly clock: () => number;

  constructor(accessKey: string, secretKey: string, clock: () => number = Date.now) {
    this.accessKey = accessKey.trim();
    this.secretKey = secretKey.trim();
    this.clock = clock;
    if (this.accessKey === "" || this.secretKey === "") throw new Error("AccessKey or SecretKey is empty");
  }

  header(): string {
    const now = Math.floor(this.clock() / 1000); // seconds: milliseconds here give 1003, or a refused token
    if (now >= this.exp - RENEW_S) {
      this.exp = now + LIFETIME_S;
      this.token = this.sign({ iss: this.accessKey, exp: this.exp, nbf: now - BACKDATE_S });
    }
    return `Bearer ${this.token}`;
  }

  private sign(claims: { iss: string; exp: number; nbf: number }): string {
    const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
    const mac = createHmac("sha256", this.secretKey).update(text).digest("base64url"); // the secret as plain text
    return `${text}.${mac}`;
  }
}
