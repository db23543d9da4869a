// A program against the editors' API. It only has to compile.

import type { components, operations } from "./generated/editorial.js";

type Page = operations["list_guides"]["responses"][200]["content"]["application/json"];
type Revisions = components["schemas"]["RevisionPageView"];

export function titles(page: Page): string[] {
  return page.guides.map((guide) => guide.title);
}

// A member that may be null is always there.
export function nextPart(history: Revisions): number | null {
  return history.next_before;
}

// A secret is shown once: it may be absent, but it is never null.
export function secret(view: components["schemas"]["WebhookSecretView"]): string {
  return view.secret ?? "shown before";
}
