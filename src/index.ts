/**
 * The public API: everything of the package that has nothing to do with Node-RED.
 * @example
 * import { type HapanaPayload, verifySignature } from "@gymflows/node-red-hapana";
 */
export {
  catalog,
  definitionOf,
  type EventType,
  eventTypes,
  type HapanaEvent,
  type HapanaPayload,
} from "./events/catalog";
export type { EventDefinition } from "./events/define-event";
export type { HapanaDetails } from "./events/details";
export { jsonSchemaOf } from "./events/json-schema";
export { sampleEvent, type Variation } from "./events/sample-event";
export { recogniseEventType } from "./events/spelling";
export { type FieldIssue, type Validated, validate } from "./events/validate";
export {
  type AuthenticationSettings,
  type Authenticator,
  type AuthMode,
  createAuthenticator,
  type Headers,
} from "./receiver/authenticate";
export { type Explanation, explain } from "./receiver/explain";
export { type BodyLimits, bodyLimits } from "./receiver/limits";
export { type OpenedEvent, openEnvelope } from "./receiver/open-envelope";
export { isProblem, type Problem, type ProblemCode } from "./receiver/problems";
export { readBody } from "./receiver/read-body";
export {
  type ReceivedDelivery,
  type ReceivedEvent,
  type RequestBody,
  receive,
  unrecognised,
  type WebhookRequest,
} from "./receiver/receive";
export { signBody, type VerifySignatureOptions, verifySignature } from "./receiver/signature";
