export * from "../../vendor/entry.js";
