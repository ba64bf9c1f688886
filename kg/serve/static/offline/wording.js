// @ts-check
"use strict";
/* Numbers as Python words them: `{x:.0%}`, `{x:.1f}` and `{x:g}`, ties to the even digit. */
LK.parts.push(function () {
  /** The exact digits of a number, cut where they are to be rounded: a tie goes to the even digit, which JavaScript's own
   * rounding does not do. @param {string} exact @param {number} kept @param {string} rounded */
  function even(exact, kept, rounded) {
    const isTie = /^50*(e|$)/.test(exact.slice(kept)), last = exact.slice(0, kept).replace(/\D+$/, "").slice(-1);
    return isTie && Number(last) % 2 === 0 ? exact.slice(0, kept) : rounded;
  }
  /** A number with so many decimals. @param {number} x @param {number} digits */
  function fixed(x, digits) {
    const rounded = x.toFixed(digits);
    if (!Number.isInteger(x * 2 ** (digits + 1))) return rounded;  // no tie
    const exact = x.toFixed(digits + 30), kept = exact.indexOf(".") + 1 + digits;
    return even(exact, kept, rounded).replace(/\.$/, "");
  }
  /** So many digits at most, as `g`. @param {number} x @param {number} [digits] */
  function general(x, digits = 6) {
    if (x === 0) return "0";
    const exact = Math.abs(x).toExponential(60), mantissa = even(exact, digits + 1, "");
    const [m, power] = (mantissa ? mantissa + "e" + exact.split("e")[1] : Math.abs(x).toExponential(digits - 1)).split("e"), exponent = Number(power);
    const sign = x < 0 ? "-" : "";
    if (exponent >= -4 && exponent < digits) return sign + String(Number(m + "e" + power));
    return sign + Number(m) + "e" + (exponent < 0 ? "-" : "+") + String(Math.abs(exponent)).padStart(2, "0");
  }
  LK.wording = { fixed, general, percent: (x, digits = 0) => fixed(x * 100, digits) + "%" };
});
