// What package.json says of settings. Knows nothing of VS Code, so that it can be tested without one.

/** The names below `opm` of all settings that package.json offers. */
export function settingNames(packageJSON: unknown): string[] {
  return Object.keys(properties(packageJSON)).map((name) => name.replace(/^opm\./, ""));
}

/** The codes of all rules, as the setting for them lists them. */
export function ruleCodes(packageJSON: unknown): string[] {
  const rules = properties(packageJSON)["opm.rules"] as { properties?: object } | undefined;
  return Object.keys(rules?.properties ?? {}).filter((code) => code.includes("/"));
}

function properties(packageJSON: unknown): Record<string, unknown> {
  const said = packageJSON as { contributes?: { configuration?: { properties?: Record<string, unknown> } } };
  return said.contributes?.configuration?.properties ?? {};
}
