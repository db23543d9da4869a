// A site's program against the delivery API. It only has to compile: the types come from the
// description, so a member that the description lacks is an error here.

import type { components, operations, paths } from "./generated/delivery.js";

type Guide = components["schemas"]["Guide"];
type Change = components["schemas"]["Change"];
type Answer<Name extends keyof operations> = operations[Name] extends {
  responses: { 200: { content: { "application/json": infer Document } } };
}
  ? Document
  : never;

// Two types are the same only if each accepts the other.
type Same<One, Other> = [One, Other] extends [Other, One] ? true : false;
const same = <One, Other>(_: Same<One, Other>): void => undefined;

// The members that Annai derives are always there.
same<Guide["slug"], string>(true);
same<Guide["digest"], string>(true);
same<Guide["heading"], string | null>(true);
same<Guide["stats"]["characters"], number>(true);
same<Guide["body"]["toc"][number]["depth"], number>(true);
// The fields of the front matter have the types of the schema.
same<Guide["title"], string | undefined>(true);
same<Guide["tags"], string[] | undefined>(true);
same<Guide["thumbnail"], string | null | undefined>(true);
const category: Guide["category"] = "cloud-infra";
// @ts-expect-error: the schema lists the categories.
const otherCategory: Guide["category"] = "cooking";
// @ts-expect-error: the schema has no such field.
type NoField = Guide["no_such_field"];

async function read<Name extends keyof operations>(path: keyof paths): Promise<Answer<Name>> {
  const response = await fetch(path);
  return (await response.json()) as Answer<Name>;
}

export async function titles(): Promise<string[]> {
  const titles: string[] = [];
  const list = await read<"list_guides">("/v1/guides");
  for (const guide of list.data) {
    titles.push(guide.title ?? guide.slug ?? "");
  }
  const next: string | null = list.meta.next_cursor;
  const address: string | null = list.links.next;
  const { data, meta, links } = await read<"get_guide">("/v1/guides/{slug}");
  titles.push(data.title ?? "", data.slug ?? "", meta.ref, links.pinned, next ?? "", address ?? "");
  return titles;
}

// The sets are closed: each case is named, and nothing remains.
export function describe(change: Change): string {
  switch (change.op) {
    case "upsert":
      return `${change.slug} ${change.guide?.data.title ?? ""} ${change.previous_slug ?? ""}`;
    case "delete":
      switch (change.reason) {
        case "unpublished":
        case "expired":
          return change.slug;
        case "moved":
          return change.moved_to ?? "";
        default:
          return change.reason satisfies never;
      }
    default:
      return change satisfies never;
  }
}

export async function search(): Promise<void> {
  const { data, facets, meta } = await read<"search_guides">("/v1/search");
  same<(typeof data)[number]["matched_in"], "title" | "label" | "heading" | "body">(true);
  same<(typeof data)[number]["thumbnail"], string | null>(true);
  same<(typeof facets.tag)[number]["count"], number>(true);
  same<typeof meta.next_cursor, string | null>(true);
  const refs = await read<"list_refs">("/v1/refs");
  type Action = (typeof refs.data)[number]["action"];
  same<Action, "publish" | "rollback" | "unpublish" | "expire" | "redirect" | null>(true);
  const redirects = await read<"list_redirects">("/v1/redirects");
  same<(typeof redirects.data)[number]["status"], 301 | 410>(true);
}

export { category, otherCategory };
export type { NoField };
