// ui.ts - the parts of Element Plus that are used, one by one, so that no other is sent to the browser

import 'element-plus/es/components/button/style/css.mjs';
import 'element-plus/es/components/dialog/style/css.mjs';
import 'element-plus/es/components/dropdown/style/css.mjs';
import 'element-plus/es/components/dropdown-item/style/css.mjs';
import 'element-plus/es/components/dropdown-menu/style/css.mjs';
import 'element-plus/es/components/input/style/css.mjs';
import 'element-plus/es/components/message/style/css.mjs';
import 'element-plus/es/components/popover/style/css.mjs';
import 'element-plus/es/components/segmented/style/css.mjs';
import 'element-plus/theme-chalk/dark/css-vars.css';

export { ElButton } from 'element-plus/es/components/button/index.mjs';
export { ElConfigProvider } from 'element-plus/es/components/config-provider/index.mjs';
export { default as ElDialog } from './shell/OpenDialog.vue';
export { ElDropdown, ElDropdownItem, ElDropdownMenu } from 'element-plus/es/components/dropdown/index.mjs';
export { ElInput, type InputInstance } from 'element-plus/es/components/input/index.mjs';
export { ElMessage } from 'element-plus/es/components/message/index.mjs';
export { ElPopover } from 'element-plus/es/components/popover/index.mjs';
export { ElSegmented } from 'element-plus/es/components/segmented/index.mjs';
