// What a signed-in page runs. One small file a subject; every listener sits on the document, so that swapped parts need
// no wiring. Customers' pages: portal.ts.
import './htmx';
import { startComposer } from './composer';
import { startForms } from './forms';
import { startKeys } from './keys';
import { startLive } from './live';
import { startMailFrames } from './mail_frame';
import { startUndo } from './undo';
import { startNeighbours } from './neighbours';
import { startOffline } from './offline';
import { startPalette } from './palette';
import { startPictures } from './pictures';
import { startPops } from './pops';
import { startPresence } from './presence';
import { startPromises } from './promises';
import { startQueue } from './queue';
import { startRead } from './read';
import { startTheme } from './theme';
import { startTimes } from './times';

startTimes();
startPops();
startForms();
startQueue();
startComposer();
startPromises();
startNeighbours();
startLive();
startPresence();
startRead();
startKeys();
startPalette();
startPictures();
startMailFrames();
startUndo();
startTheme();
startOffline();
