export { mcpTools, type McpTools } from './mcp-tools.ts'
export type { McpApprovalRequest, McpHttpServer, McpOptions, McpServer, McpStdioServer } from './settings.ts'
