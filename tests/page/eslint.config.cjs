// A page's scripts are classic scripts that share one global, LK.
const js = require("@eslint/js");
const names = "window document navigator performance location history console fetch setTimeout clearTimeout setInterval clearInterval requestAnimationFrame cancelAnimationFrame getComputedStyle matchMedia URL Blob Response DecompressionStream CompressionStream XMLSerializer Image Node DOMParser HTMLElement SVGElement Event KeyboardEvent CustomEvent ResizeObserver IntersectionObserver MutationObserver atob btoa localStorage URLSearchParams LK vis TERMS Yasgui";
const globals = Object.fromEntries(names.split(" ").map((name) => [name, "readonly"]));

module.exports = [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: "script", globals },
    rules: {
      eqeqeq: "error", "no-var": "error", "prefer-const": "error", "no-eval": "error", "no-implied-eval": "error", "no-shadow": "error",
      "no-unused-vars": ["error", { args: "after-used", caughtErrors: "none" }], "no-redeclare": ["error", { builtinGlobals: false }],
    },
  },
];
