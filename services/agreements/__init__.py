"""The two papers of a passed-on project: 利益共享协议 and 三方流转确认书."""
