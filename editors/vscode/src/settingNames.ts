// What package.json says of settings. Knows nothing of VS Code, so that it can be tested without one.

/** The names below `opm` of all settings that package.json offers. */
export function settingNames(packageJSON: unknown): string[] {
  return Object.keys(properties(packageJSON)).map((name) => name.replace(/^opm\./, ""));
}

/** All rules with what they find, as the setting for them lists them. */
export function listedRules(packageJSON: unknown): { readonly code: string; readonly finds: string }[] {
  const rules = properties(packageJSON)["opm.rules"] as { properties?: Readonly<Record<string, { description?: string }>> } | undefined;
  return Object.entries(rules?.properties ?? {})
    .filter(([code]) => code.includes("/"))
    .map(([code, { description }]) => ({ code, finds: description ?? "" }));
}

function properties(packageJSON: unknown): Record<string, unknown> {
  const said = packageJSON as { contributes?: { configuration?: { properties?: Record<string, unknown> } } };
  return said.contributes?.configuration?.properties ?? {};
}
