/** Made by `common.js` (pages) or `rank.cjs` (tests in Node). */
declare const LK: Page;
