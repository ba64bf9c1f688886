"use strict";
/* Unpacks the data and runs the parts in their order. */
(async function () {
  try {
    const packed = Uint8Array.from(atob(document.getElementById("data").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    LK.data = JSON.parse(await new Response(stream).text());
  } catch (error) {
    document.getElementById("card").textContent = "This browser cannot unpack the page (it lacks DecompressionStream, which browsers have had since 2023). kg explain gives the same answer as text.";
    throw error;
  }
  for (const part of LK.parts) part();
  document.documentElement.dataset.ready = "yes";
  performance.mark("page-ready");
})();
