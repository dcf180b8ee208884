// What Obsidian's reviewers check, over the plugin as it is shipped. To be run in the plugin's own folder:
// that is where the rules look for `manifest.json`.
import path from "node:path";
import { defineConfig } from "eslint/config";
import obsidianmd from "eslint-plugin-obsidianmd";
import tseslint from "typescript-eslint";

const here = import.meta.dirname;

export default defineConfig([
  ...obsidianmd.configs.recommended,
  {
    // The recommended set has its rules that need types for TypeScript only; these types come from JSDoc.
    files: ["main.js"],
    languageOptions: {
      sourceType: "commonjs",
      parser: tseslint.parser,
      parserOptions: {
        project: path.join(here, "tsconfig.json"),
        tsconfigRootDir: here,
        ecmaFeatures: { globalReturn: true }, // what stands at the top of a module is not global
      },
    },
    rules: {
      ...obsidianmd.ruleConfigs.recommendedTypeChecked,
      "@typescript-eslint/no-require-imports": [
        "error",
        { allow: ["^(obsidian|@codemirror/(state|view|commands|language)|(node:)?(net|child_process|crypto|os|path|fs))$"] },
      ],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["manifest.json"],
    languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: [".json"] } },
    plugins: { obsidianmd },
    rules: { "obsidianmd/validate-manifest": "error", "@typescript-eslint/no-unused-expressions": "off" },
  },
]);
