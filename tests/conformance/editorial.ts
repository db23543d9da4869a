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

// The labels of a list: a status without a label does not compile.
const LABELS: Record<components["schemas"]["GuideStatus"], string> = {
  draft: "Draft",
  in_review: "In review",
  changes_requested: "Sent back",
  approved: "Approved",
  published: "Published",
  published_ahead: "Published, newer text",
  unpublished: "Unpublished",
  archived: "Archived",
};

type Bare<T> = string extends T ? true : false;
type Guide = components["schemas"]["GuideView"];

export function label(guide: Guide): string {
  return LABELS[guide.status];
}

// A closed set is a union of literals, never a bare string.
export const bare: [
  Bare<Guide["status"]>,
  Bare<Guide["judgement"]["kind"]>,
  Bare<components["schemas"]["LiveReviewView"]["state"]>,
  Bare<components["schemas"]["UserView"]["roles"][number]>,
] = [false, false, false, false];
