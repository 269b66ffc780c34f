// Markdown, as far as this extension has to know it. Knows nothing of VS Code, so that it can be tested without one.

/**
 * A text without its links to files, of which the words stay: the preview does not open them, and would show them as
 * they are written.
 */
export function withoutFileLinks(markdown: string): string {
  return markdown.replace(/\[((?:\\.|[^\]\\])*)\]\(file:[^)\s]*\)/g, "$1");
}

/** Text as Markdown that shows it as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~]/g, "\\$&");
}
