// Copies the pinned front end into static/vendor/, strips source-map lines, builds the icon sprite and writes VENDOR.md.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const OUT = "../static/vendor/";
const FILES = {
  "bootstrap.min.css": ["bootstrap", "dist/css/bootstrap.min.css", "MIT"],
  "htmx.min.js": ["htmx.org", "dist/htmx.min.js", "0BSD"],
};
const ICONS = [
  "home", "layout-dashboard", "clipboard-list", "clipboard-check", "notebook", "sitemap", "chart-bar", "user", "users",
  "plus", "pencil", "download", "search", "filter", "chevron-right", "chevron-left", "chevron-down", "menu-2", "logout",
  "clock", "alert-triangle", "alert-circle", "circle-check", "circle-dashed", "info-circle", "arrow-back-up", "send",
  "signature", "refresh", "key", "text-size", "map-pin", "calendar", "link", "building-community", "x", "inbox",
  "settings", "photo", "flag", "message-reply", "printer", "help-circle", "bell", "phone", "layout-kanban", "list", "history", "trophy", "shield-lock", "file-text", "git-compare", "list-details", "checkbox", "player-play",
];

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const rows = [];
const write = (file, text, name, licence) => {
  writeFileSync(OUT + file, text);
  const hash = createHash("sha256").update(text).digest("hex");
  rows.push(`| ${file} | ${name} ${version(name)} | ${licence} | \`${hash}\` |`);
};

mkdirSync(OUT, { recursive: true });
for (const [file, [name, path, licence]] of Object.entries(FILES)) {
  const text = readFileSync(`node_modules/${name}/${path}`, "utf8").replace(/^\/[/*]# sourceMappingURL=.*$/gm, "").trimEnd();
  write(file, text + "\n", name, licence);
}
const symbols = ICONS.map((icon) => {
  const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${icon}.svg`, "utf8").replace(/<!--[\s\S]*?-->/g, "");
  const body = svg.replace(/<svg[\s\S]*?>/, "").replace("</svg>", "").replace(/\s+/g, " ").trim();
  return `<symbol id="${icon}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
});
write("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`, "@tabler/icons", "MIT");
writeFileSync(
  OUT + "VENDOR.md",
  `# Vendored front end\n\nMade by \`make vendor\` from the pins in \`assets/package.json\`.\n\n| file | from | licence | SHA-256 |\n|---|---|---|---|\n${rows.join("\n")}\n`,
);
