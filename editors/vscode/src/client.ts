// The client of the language server, as one that can be replaced by another while the user goes on working.

import {
  type DynamicFeature,
  ErrorCodes,
  LanguageClient,
  ResponseError,
  type StaticFeature,
  TextDocumentContentRequest,
} from "vscode-languageclient/node";

type Feature = Parameters<LanguageClient["registerFeature"]>[0];

/**
 * A client that leaves virtual documents, which outlive it, to VirtualDocuments. VS Code asks and tells it things in the
 * very moment in which it is being stopped: that these come to nothing is no failure, so nobody is told of one.
 */
export class Client extends LanguageClient {
  private ending = false;

  override registerFeature(feature: Feature): void {
    if (!isAbout(feature, TextDocumentContentRequest.method)) {
      super.registerFeature(feature);
    }
  }

  override stop(timeout?: number): Promise<void> {
    this.ending = true;
    return super.stop(timeout);
  }

  // The parameters are those of a dozen overloads.
  override async sendRequest(type: any, ...params: any[]): Promise<any> {
    try {
      return await super.sendRequest(type, ...params);
    } catch (error) {
      // Who asked gets what the library answers where no server runs.
      throw this.ending ? new ResponseError(ErrorCodes.ConnectionInactive, "The language server is being stopped.") : error;
    }
  }

  override async sendNotification(type: any, params?: any): Promise<void> {
    try {
      await super.sendNotification(type, params);
    } catch (error) {
      if (!this.ending) {
        throw error;
      }
    }
  }
}

function isAbout(feature: StaticFeature | DynamicFeature<unknown>, method: string): boolean {
  return "registrationType" in feature && feature.registrationType.method === method;
}
