/** The documentation as tests read it. */
package dev.understudy.it.pages;
