import { endpointLabel } from "../../src/address/endpoint-label";
import { filledIn } from "../../src/address/variables";
import "../editor/dialog.css";
import { bringUpToDate } from "../editor/bring-up-to-date";
import { checkInternals } from "../editor/node-red-internals";
import { watchProblems } from "../editor/problems";
import { showEventsOnClick } from "../editor/show-events";
import { askForSightings } from "../editor/sightings";
import { makeTabs } from "../editor/tabs";
import { validator, wholeNumber } from "../editor/validator";
import { defaults, limits, migrations } from "./config";
import { pathMessage, prepareAddress, publicUrlMessage } from "./editor/address";
import { prepareChoices } from "./editor/choices";
import { prepareDatabaseTest } from "./editor/database-test";
import { tellUsersOfDeletion } from "./editor/deletion";
import { showDeployed } from "./editor/deployed";
import {
  dialogClosed,
  dialogOpened,
  type EndpointNode,
  type EndpointProperties,
  fieldText,
  isBeingEdited,
} from "./editor/endpoint-node";
import { watchFirstEndpoint } from "./editor/first-endpoint";
import { watchImports } from "./editor/imported";
import { watchTokens } from "./editor/kept-token";
import { noteSightings } from "./editor/known-url";
import { noteHeldPath, watchPathHolders } from "./editor/path-holders";
import { prepareReachCheck } from "./editor/reach-check";
import { watchUsers } from "./editor/revalidate";
import { keepRotated, prepareRotation, watchDeploys } from "./editor/rotation";
import { authMessage, prepareAuth, prepareSecrets, secretMessage } from "./editor/secrets";
import { forgetDeployedToken, warnOfLostToken } from "./editor/sent-token";
import { offerSites, prepareSites, sitesInDialog, sitesMessage } from "./editor/sites";
import { databaseUrlMessage, prepareStorage, storageMessage } from "./editor/storage";
import { watchStoredCredentials } from "./editor/stored-credentials";
import { prepareSubscription } from "./editor/subscription";
import { showTokenUse } from "./editor/token-use";
import { prepareHeaderName } from "./editor/variables";

RED.nodes.registerType<EndpointProperties, EndpointNode>("hapana-endpoint", {
  category: "config",
  defaults: {
    version: { value: defaults.version },
    name: { value: defaults.name },
    path: { value: defaults.path, validate: validator(pathMessage) },
    publicUrl: { value: defaults.publicUrl, validate: validator(publicUrlMessage) },
    auth: { value: defaults.auth, validate: validator(authMessage) },
    headerName: {
      value: defaults.headerName,
      validate: validator(function (value) {
        const isRight = /^[\w!#$%&'*+.^`|~-]+$/.test(filledIn(String(value), "variable"));
        return isRight ? undefined : this._("hapana-endpoint.error.headerName");
      }),
    },
    tolerance: {
      value: defaults.tolerance,
      validate: wholeNumber(limits.tolerance, "hapana-endpoint.error.tolerance"),
    },
    sites: { value: [...defaults.sites], validate: validator(sitesMessage) },
    storage: {
      value: defaults.storage,
      validate: validator(storageMessage),
    },
    spool: { value: defaults.spool },
    retentionDays: {
      value: defaults.retentionDays,
      validate: wholeNumber(limits.retentionDays, "hapana-endpoint.error.retentionDays"),
    },
  },
  credentials: {
    headerValue: { type: "password", validate: validator(secretMessage("headerValue")) },
    previousHeaderValue: { type: "password" },
    signingSecret: { type: "password", validate: validator(secretMessage("signingSecret")) },
    previousSigningSecret: { type: "password" },
    databaseUrl: { type: "password", validate: validator(databaseUrlMessage) },
  },
  paletteLabel() {
    return this._("hapana-endpoint.paletteLabel");
  },
  label() {
    return endpointLabel(this);
  },
  onadd() {
    bringUpToDate(this, migrations);
  },
  oneditprepare() {
    dialogOpened(this);
    prepareAddress(this);
    prepareChoices(this);
    prepareAuth();
    prepareSecrets(this);
    prepareStorage(this);
    prepareDatabaseTest(this);
    prepareReachCheck(this);
    prepareRotation(this);
    prepareHeaderName(this);
    prepareSubscription(this);
    forgetDeployedToken(this);
    prepareSites(this);
    watchProblems(this);
    makeTabs(
      "hapana-endpoint-tabs",
      (part) => this._(`hapana-endpoint.tab.${part.replace("hapana-tab-", "")}`),
      (tab) => this._("hapana-endpoint.tab.wrong", { tab }),
    );
    showEventsOnClick($("#hapana-show-endpoint-events"), () => this.id);
    askForSightings(this.id, (seen) => {
      // The answer may be late, and another endpoint's dialog open.
      if (!isBeingEdited(this)) return;
      noteSightings(this, seen);
      noteHeldPath(this, seen);
      showDeployed(this, seen);
      offerSites(this, seen.sites);
      showTokenUse(this, seen);
    });
  },
  oneditsave() {
    this.sites = sitesInDialog();
    keepRotated(this);
    warnOfLostToken(this.id, fieldText("headerValue"));
    dialogClosed();
  },
  oneditcancel() {
    dialogClosed();
    warnOfLostToken(this.id, this.credentials?.headerValue);
  },
  oneditdelete() {
    dialogClosed();
    tellUsersOfDeletion(this);
  },
});

checkInternals();
watchStoredCredentials();
watchUsers();
watchFirstEndpoint();
watchImports();
watchDeploys();
watchTokens();
watchPathHolders();
