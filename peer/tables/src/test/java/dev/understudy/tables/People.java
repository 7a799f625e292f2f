package dev.understudy.tables;

import java.util.Optional;

/** A table to test with. */
final class People {
  static final Unique<Person, Integer> BY_ID = Index.unique("id", Person::id);
  static final Prefixed<Person, String> BY_NAME = Index.prefixed("name", Keys.TEXT, Person::name);
  static final Group<Person, String> BY_TOWN = Index.group("town", Person::town);
  static final Group<Person, Integer> BY_BOSS = Index.groupIfAny("boss", Person::boss);
  static final Unique<Person, Integer> BY_DESK = Index.uniqueIfAny("desk", Person::desk);
  static final Table<Person> PEOPLE = Table.of("people", BY_ID, BY_NAME, BY_TOWN, BY_BOSS, BY_DESK);

  private People() {}

  /** A row. */
  record Person(int id, String name, String town, Optional<Integer> boss, Optional<Integer> desk) {
    Person(int id, String name, String town) {
      this(id, name, town, Optional.empty(), Optional.empty());
    }
  }
}
