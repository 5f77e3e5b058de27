// pages.mjs - the pages that are not the wall, one file each
import './settings.mjs';
import './audit.mjs';
import './boards.mjs';
import { run } from './steps.mjs';

await run();
