import { expect, it } from 'vitest';
import { dropPlace } from '../../../../../../src/lib/components/layout/panel-drag.ts';
import { placePanels } from '../../../../../../src/lib/state/layout/layout-places.ts';
import { panel, split } from '../../../../../../src/lib/state/layout/layout-tree.ts';

const places = placePanels(split('row', [panel('watchlist', 400), panel('chart')]), {
  width: 1001,
  height: 500,
});

it('a panel is dropped at the border that is nearest, and nowhere on itself', () => {
  expect(dropPlace(places, 'watchlist', 420, 250)).toMatchObject({ target: 'chart', side: 'left' });
  expect(dropPlace(places, 'watchlist', 980, 250)).toMatchObject({ target: 'chart', side: 'right' });
  expect(dropPlace(places, 'watchlist', 700, 20)).toMatchObject({ side: 'above', rect: { height: 250 } });
  expect(dropPlace(places, 'watchlist', 700, 480)).toMatchObject({ side: 'below', rect: { top: 250 } });
  expect(dropPlace(places, 'watchlist', 100, 100)).toBeNull();
});
