package dev.understudy.admin.cli;

/**
 * What an option was given elsewhere than in the command.
 *
 * @param text the value
 * @param as where it stands, for messages: a variable, or a key and line of a file
 */
record OptionValue(String text, String as) {}
