/** The part of Node-RED's editor that these nodes use. */

declare namespace NodeRed {
  type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

  /** What every node in the editor has, in addition to its own properties. */
  interface EditorNode {
    id: string;
    type: string;
    name: string;
    valid?: boolean;
    /** Why it is not, in words. */
    validationErrors?: readonly string[];
    changed?: boolean;
    dirty?: boolean;
    /** Whether it is disabled. */
    d?: boolean;
    users: EditorNode[];
    /** The flow that it is on; missing if it is for all flows. */
    z?: string;
    _def: {
      label?: (this: EditorNode) => string;
      category: string;
      defaults: Record<string, Property<unknown, EditorNode>>;
      credentials?: Record<string, Property<unknown, EditorNode>>;
    };
    credentials?: Credentials;
    _: Translate;
  }

  /** Password credentials in the editor: whether there is one, and its value only if it was typed here. */
  type Credentials = Record<string, unknown>;

  interface Property<Value, Node> {
    value: Value;
    type?: string;
    label?: string;
    required?: boolean;
    /** Node-RED takes a returned text for a reason only if the function declares both parameters. */
    validate?: (this: Node, value: unknown, options: object) => boolean | string;
  }

  interface Credential<Node> {
    type: "password" | "text";
    validate?: (this: Node, value: unknown, options: object) => boolean | string;
  }

  interface Definition<Properties, Node> {
    category: string;
    defaults: { [Name in keyof Properties]: Property<Properties[Name], Node> };
    credentials?: Record<string, Credential<Node>>;
    color?: string;
    icon?: string;
    inputs?: number;
    outputs?: number;
    paletteLabel?: string | ((this: Node) => string);
    label?: (this: Node) => string;
    labelStyle?: (this: Node) => string;
    inputLabels?: (this: Node) => string;
    outputLabels?: (this: Node, index: number) => string | undefined;
    onadd?: (this: Node) => void;
    oneditprepare?: (this: Node) => void;
    oneditsave?: (this: Node) => void;
    oneditcancel?: (this: Node) => void;
    oneditdelete?: (this: Node) => void;
    button?: { enabled: (this: Node) => boolean; onclick: (this: Node) => void };
  }

  interface EditableListOptions<Item> {
    addItem: (row: JQuery, index: number, item: Item) => void;
    removeItem?: (item: Item) => void;
    addButton?: string | boolean;
    removable?: boolean;
    sortable?: boolean;
    height?: number | "auto";
  }

  interface TypedInputOptions {
    default: string;
    /** Names of Node-RED's own types, and others. */
    types: readonly (string | { value: string; label: string; hasValue: boolean })[];
    /** The selector of the field with the chosen one. */
    typeField?: string;
  }

  interface TrayOptions {
    title: string;
    width?: number;
    buttons: { id?: string; text: string; class?: string; click: () => void }[];
    open: (tray: JQuery, done: () => void) => void;
    close?: () => void;
    /** What gets the focus; the first that can have it unless said otherwise. */
    focusElement?: string;
  }

  /** A step that can be undone: one of Node-RED's own kinds of event. */
  type HistoryEvent =
    | { t: "add"; nodes?: string[]; dirty?: boolean }
    | { t: "delete"; nodes: EditorNode[]; dirty?: boolean }
    | { t: "edit"; node: EditorNode; changes: object; changed: boolean | undefined; dirty?: boolean }
    | { t: "multi"; events: HistoryEvent[]; dirty?: boolean };

  interface NotifyOptions {
    type?: "error" | "warning" | "success";
    timeout?: number;
    /** Stays until closed. */
    fixed?: boolean;
    /** Blocks everything else until it is closed. */
    modal?: boolean;
    id?: string;
    buttons?: { id?: string; text: string; class?: string; click: () => void }[];
  }

  interface MenuEntry {
    label: string;
    disabled?: boolean;
    onselect: () => void;
  }

  interface SidebarTab {
    id: string;
    label: string;
    name: string;
    iconClass: string;
    content: JQuery;
    /** Whether it can be used while a dialog is open. */
    enableOnEdit?: boolean;
    /** The action that shows it. */
    action?: string;
    onchange?: () => void;
    onremove?: () => void;
  }

  interface Editor {
    _: Translate;
    i18n: {
      /** The editor's language. */
      lang(): string;
    };
    actions: {
      add<Options>(name: string, run: (options?: Options) => void, about?: { label: string }): void;
      invoke(name: string, options?: object): void;
    };
    comms: {
      subscribe(topic: string, heard: (topic: string, message: unknown) => void): void;
      on(event: "connect", listener: () => void): void;
    };
    plugins: { registerPlugin(id: string, definition: { onadd(): void }): void };
    user: { hasPermission(permission: string): boolean };
    clipboard: { copyText(text: string, element: JQuery, messageKey: string): boolean };
    nodes: {
      registerType<Properties, Node extends EditorNode>(
        type: string,
        definition: Definition<Properties, Node> & ThisType<Node>,
      ): void;
      node(id: string): EditorNode | null;
      getType(type: string): { defaults: Record<string, { value: unknown; required?: boolean }> } | null;
      remove(id: string): void;
      workspace(id: string): { disabled?: boolean } | null;
      /** Which deploy the flows are of. */
      version(): string;
      dirty(): boolean;
      dirty(isDirty: boolean): void;
      eachConfig(visit: (node: EditorNode) => void): void;
      eachNode(visit: (node: EditorNode) => void): void;
    };
    editor: { validateNode(node: EditorNode): boolean; getEditStack(): EditorNode[] };
    events: {
      /** Of a node that is added, Node-RED 4.1 also tells from where. */
      on(event: string, listener: (node: EditorNode, about?: { source?: string }) => void): void;
      emit(event: string, node: EditorNode): void;
    };
    history: { peek(): HistoryEvent | undefined; push(event: HistoryEvent): void; replace(event: HistoryEvent): void };
    /** A message given as text is treated as HTML. */
    notify(message: string | JQuery, options?: NotifyOptions): { close(): void };
    popover: {
      tooltip(target: JQuery, content: string | (() => string)): { setContent(content: string): void };
      menu(options: { options: MenuEntry[]; onclose?: (isCancelled?: boolean) => void }): {
        show(place: { target: JQuery; align?: "left" | "right"; offset?: [number, number] }): void;
      };
    };
    utils: { validatePropertyExpression(expression: string): boolean };
    validators: {
      /** For a value whose type is in another field. */
      typedInput(typeField: string): (value: unknown, options: object) => boolean | string;
    };
    settings: {
      httpNodeRoot?: string;
      /** Settings kept in this browser. */
      getLocal(key: string): string | null;
      setLocal(key: string, value: string): void;
    };
    tabs: {
      create(options: {
        id: string;
        onchange: (tab: { id: string }) => void;
        ondblclick: (tab: { id: string }) => void;
      }): {
        addTab(tab: { id: string; label: string }): void;
        activateTab(id: string): void;
      };
    };
    tray: { show(options: TrayOptions): void; close(closed?: () => void): void };
    sidebar: { config: { refresh(): void }; addTab(tab: SidebarTab): void; show(id: string): void };
    state: { IMPORT_DRAGGING: number };
    view: {
      redraw(force?: boolean): void;
      state(): number;
      reveal(id: string): void;
      select(selection: { nodes: readonly EditorNode[] }): void;
      selection(): { nodes?: readonly EditorNode[] };
      /** Attaches them to the mouse, until a click places them. */
      importNodes(nodes: readonly object[], options: { generateIds: boolean; notify: boolean }): void;
    };
    /** The id of the visible flow; 0 if there is none. */
    workspaces: { active(): string | 0; isLocked(id?: string): boolean };
    hooks: { add(name: string, called: (event: { node: EditorNode; el: Element }) => void): void };
  }
}

declare const RED: NodeRed.Editor;

interface JQuery {
  editableList<Item>(options: NodeRed.EditableListOptions<Item>): this;
  editableList(action: "addItem", item: object): void;
  editableList(action: "items"): JQuery;
  i18n(): this;
  typedInput(options: NodeRed.TypedInputOptions): this;
  /** `change` is called a moment after something is typed or set; text pasted with the mouse goes unnoticed. */
  searchBox(options: { delay: number; change: () => void }): this;
  searchBox(action: "value", text: string): void;
}
