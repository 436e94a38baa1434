/**
 * The public API: everything in the package that is independent of Node-RED.
 * See docs/api.md in the repository for how to use it.
 * @example
 * import { type HapanaPayload, verifySignature } from "@gymflows/node-red-hapana";
 */
export { type OpenedEvent, openEnvelope } from "./api/open-envelope";
export { type BodyStream, readBody } from "./api/read-body";
export { type ReceivedDelivery, type ReceivedEvent, receive } from "./api/receive";
export {
  catalog,
  definitionOf,
  type EventType,
  eventTypes,
  type HapanaEvent,
  type HapanaPayload,
  type WithFurtherFields,
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
} from "./receiver/authenticate";
export { type Explanation, explain } from "./receiver/explain";
export type { Headers } from "./receiver/headers";
export { type BodyLimits, bodyLimits } from "./receiver/limits";
export { isProblem, type Problem, type ProblemCode } from "./receiver/problems";
export { type UnrecognisedEvent, unrecognised } from "./receiver/read-event";
export type { RequestBody, WebhookRequest } from "./receiver/receive";
export { signBody, type VerifySignatureOptions, verifySignature } from "./receiver/signature";
