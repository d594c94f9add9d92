/** The whole screen for the page, or back. Throws where the browser forbids it. */
export async function toggleFullScreen(element: Element = document.documentElement): Promise<void> {
  if (document.fullscreenElement === null) await element.requestFullscreen();
  else await document.exitFullscreen();
}
