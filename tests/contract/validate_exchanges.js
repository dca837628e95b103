// Validates recorded ARM exchanges (lines of JSON) against Azure's OpenAPI files.
//   node validate_exchanges.js EXCHANGES SPECS     NODE_PATH must lead to oav
// Prints each operation with its count, validated or not; ends 1 on a violation or on an operation that is neither.
"use strict";
const fs = require("fs");
const path = require("path");
const { LiveValidator } = require("oav/dist/lib/liveValidation/liveValidator");

// The version of the file at hand for each provider; exchanges of other versions are held against it.
const SPEC_VERSIONS = { "microsoft.datashare": "2021-08-01", "microsoft.insights": "2024-02-01", "microsoft.kusto": "2023-08-15" };

// Operations that no file at hand describes, each with the reason.
const NOT_VALIDATED = [
  { method: "GET", path: /\/listFollowerDatabases$/i, why: "came with 2024-04-13, whose schema is not at hand" },
  { method: "GET", path: /Microsoft\.DataShare\/.*operationResults\/[^/]+$/i, why: "the specification has the body (OperationResponse), and no path for it" },
  { method: "GET", path: /\/providers\/Microsoft\.Authorization\//i, why: "Microsoft.Authorization, whose schema is not at hand" },
  { method: "PUT", path: /\/providers\/Microsoft\.Authorization\//i, why: "Microsoft.Authorization, whose schema is not at hand" },
  { method: "DELETE", path: /\/providers\/Microsoft\.Authorization\//i, why: "Microsoft.Authorization, whose schema is not at hand" },
  { method: "GET", path: /^\/subscriptions\/[^/]+\/providers\/[^/]+$/i, why: "Microsoft.Resources, whose schema is not at hand" },
  { method: "POST", path: /^\/subscriptions\/[^/]+\/providers\/[^/]+\/register$/i, why: "Microsoft.Resources, whose schema is not at hand" },
  { method: "GET", path: /^\/subscriptions\/[^/]+$/i, why: "Microsoft.Resources, whose schema is not at hand" },
  { method: "GET", path: /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i, why: "Microsoft.Resources, whose schema is not at hand" },
  { method: "GET", path: /operationResults\/[^/]+$/i, query: /operationResultResponseType=Location/i, why: "the specification has no body for it" },
];

const excused = (request) => {
  const [route, query] = request.url.split("?");
  return NOT_VALIDATED.find((rule) => rule.method === request.method && rule.path.test(route) && (!rule.query || rule.query.test(query || "")));
};

// /…/clusters/corp/databases/Sales -> clusters/{}/databases/{}
const nameOf = (request) => {
  const parts = request.url.split("?")[0].split("/").filter(Boolean);
  const provider = parts.map((part) => part.toLowerCase()).lastIndexOf("providers");
  const tail = provider < 0 ? parts : parts.slice(provider + 2);
  return `${request.method} ${tail.map((part, i) => (i % 2 ? "{}" : part)).join("/")}`;
};

// Of the last provider in the path, as ARM routes.
const specVersion = (url) => {
  const parts = url.split("?")[0].toLowerCase().split("/");
  return SPEC_VERSIONS[parts[parts.lastIndexOf("providers") + 1]] || SPEC_VERSIONS["microsoft.kusto"];
};

const mapped = (exchange) => {
  const url = exchange.request.url.replace(/api-version=[0-9-]+(-preview)?/i, `api-version=${specVersion(exchange.request.url)}`);
  const body = exchange.response.body === null ? undefined : exchange.response.body;
  return {
    liveRequest: { method: exchange.request.method, url, headers: { ...exchange.request.headers, "content-type": "application/json" }, body: exchange.request.body || undefined },
    liveResponse: { statusCode: String(exchange.response.statusCode), headers: { ...exchange.response.headers, "content-type": "application/json" }, body },
  };
};

async function main() {
  const [file, specs] = process.argv.slice(2);
  const validator = new LiveValidator(
    { directory: path.resolve(specs), swaggerPathsPattern: ["/specification/**/resource-manager/**/*.json"],
      excludedSwaggerPathsPattern: ["**/examples/**"], isPathCaseSensitive: false, loadSuppression: [] }, () => {});
  await validator.initialize();
  const seen = new Map();
  let violations = 0;
  for (const line of fs.readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const exchange = JSON.parse(line);
    const status = exchange.response.statusCode;
    // Refusals end before the provider's schema: wrong token, version, path or body.
    if (status >= 400) continue;
    const name = nameOf(exchange.request);
    const excuse = excused(exchange.request);
    const entry = seen.get(name) || { validated: 0, not: 0, why: "" };
    seen.set(name, entry);
    if (excuse) { entry.not += 1; entry.why = excuse.why; continue; }
    const result = await validator.validateLiveRequestResponse(mapped(exchange));
    const errors = [...result.requestValidationResult.errors, ...result.responseValidationResult.errors];
    const broken = [result.requestValidationResult.runtimeException, result.responseValidationResult.runtimeException].filter(Boolean);
    if (errors.length + broken.length > 0) {
      violations += 1;
      console.log(`VIOLATION ${name} -> ${status}: ${[...errors, ...broken].map((e) => `${e.code}: ${e.message} ${e.pathsInPayload || ""}`).join("; ")}`);
    }
    entry.validated += 1;
  }
  for (const [name, entry] of [...seen].sort()) {
    if (entry.validated) console.log(`validated      ${String(entry.validated).padStart(5)}  ${name}`);
    if (entry.not) console.log(`not validated  ${String(entry.not).padStart(5)}  ${name}: ${entry.why}`);
  }
  const sum = (key) => [...seen.values()].reduce((total, entry) => total + entry[key], 0);
  console.log(`${sum("validated")} exchanges validated, ${sum("not")} not, ${violations} violations`);
  return violations ? 1 : 0;
}

main().then((code) => process.exit(code), (error) => { console.error(error); process.exit(2); });
