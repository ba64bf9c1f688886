// @ts-check
"use strict";
/* What must not wait for a tool. */
LK.parts.push(function () {
  LK.alerts = () => [];
});
