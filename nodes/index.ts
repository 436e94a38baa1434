/** All nodes, by the names that package.json gives them. */
export { default as "hapana-access" } from "./hapana-access/hapana-access";
export { default as "hapana-endpoint" } from "./hapana-endpoint/hapana-endpoint";
export { default as "hapana-once" } from "./hapana-once/hapana-once";
export { default as "hapana-problem" } from "./hapana-problem/hapana-problem";
export { default as "hapana-roster" } from "./hapana-roster/hapana-roster";
export { default as "hapana-test-event" } from "./hapana-test-event/hapana-test-event";
export { default as "hapana-webhook-in" } from "./hapana-webhook-in/hapana-webhook-in";
