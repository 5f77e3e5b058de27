// compress.mjs FOLDER - a FILE.gz beside every text file that is worth it, for browsers that accept gzip
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

const SMALLEST = 1024;

function compress(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      compress(path);
    } else if (/\.(html|js|css|svg|json)$/.test(name)) {
      const whole = readFileSync(path);
      const packed = gzipSync(whole, { level: constants.Z_BEST_COMPRESSION });
      if (whole.length >= SMALLEST && packed.length < whole.length * 0.9) writeFileSync(`${path}.gz`, packed);
    }
  }
}

compress(process.argv[2]);
