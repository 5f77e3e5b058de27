// page.mjs ADDRESS - PASSWORD PICTURE SECOND - signs in as zhang with a one-time password and takes the console's page of the
// wall as a picture, 1920x1080, SECOND seconds from now
import { enter, open } from '../../tests/browser/console/steps.mjs';

const [, , , , password, picture, second] = process.argv;
const due = performance.now() + second * 1000;
const page = await open(1920, 1080);
await enter(page, 'zhang', password);
await page.waitForSelector('.stage[data-preview=playing]');
await new Promise((done) => setTimeout(done, due - performance.now()));
await page.screenshot({ path: picture, type: 'jpeg', quality: 88 });
process.exit(0);
