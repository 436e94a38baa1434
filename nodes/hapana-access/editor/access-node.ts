import type { SavedRange } from "../../editor/hours";
import type { PropertiesOf } from "../../editor/properties";
import type { defaults } from "../config";

/** What the node saves in a flow. */
export type AccessProperties = PropertiesOf<typeof defaults, { hours: SavedRange[] }>;

/** The node in the editor. */
export type AccessNode = AccessProperties & NodeRed.EditorNode;
