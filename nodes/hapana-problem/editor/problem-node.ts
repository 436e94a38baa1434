import type { SavedRange } from "../../editor/hours";
import type { PropertiesOf } from "../../editor/properties";
import type { defaults } from "../config";

/** What the node saves in a flow. */
export type ProblemProperties = PropertiesOf<typeof defaults, { hours: SavedRange[] }>;

/** The node in the editor. */
export type ProblemNode = ProblemProperties & NodeRed.EditorNode;
