import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const GOLDEN = fileURLToPath(new URL('../../golden/screens/', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../output/', import.meta.url));

/** A channel may differ by this much before its pixel counts as different: other hinting and blending, not another picture. */
const CHANNEL_TOLERANCE = 40;

/**
 * Share of pixels in which a screenshot differs from its golden, 0..1. Compared inside the browser, which can read PNG.
 * With TICKWIRE_UPDATE_SCREENS set, writes the golden instead and returns 0.
 */
export async function differsFromGolden(page: Page, name: string, picture: Buffer): Promise<number> {
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(`${OUTPUT}${name}.png`, picture);
  const golden = `${GOLDEN}${name}.png`;
  if (process.env['TICKWIRE_UPDATE_SCREENS'] !== undefined) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(golden, picture);
    return 0;
  }
  if (!existsSync(golden))
    throw new Error(`${name} has no golden: run the test once with TICKWIRE_UPDATE_SCREENS=1 and look at it`);
  const sources = [readFileSync(golden), picture].map(
    (png) => `data:image/png;base64,${png.toString('base64')}`,
  );
  return page.evaluate(
    async ([pair, tolerance]) => {
      const [left, right] = await Promise.all(
        pair.map(async (source) => {
          const image = new Image();
          image.src = source;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height);
          const context = canvas.getContext('2d')!;
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, image.width, image.height);
        }),
      );
      if (left!.width !== right!.width || left!.height !== right!.height) return 1;
      let different = 0;
      for (let at = 0; at < left!.data.length; at += 4) {
        for (let channel = 0; channel < 3; channel += 1) {
          if (Math.abs(left!.data[at + channel]! - right!.data[at + channel]!) > tolerance) {
            different += 1;
            break;
          }
        }
      }
      return different / (left!.data.length / 4);
    },
    [sources, CHANNEL_TOLERANCE] as const,
  );
}
